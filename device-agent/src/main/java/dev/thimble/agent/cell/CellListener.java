package dev.thimble.agent.cell;

/** Told what happens to a cell, on the cells' thread: must not block. */
@FunctionalInterface
public interface CellListener {
    void failed(Cell cell, Incident incident);
}
