package dev.thimble.hal.simulated.chip;

/** A chip on a 1-Wire bus, slot by slot. The bus is wired-AND: a chip that has nothing to say sends 1. Never called concurrently. */
public interface OneWireChip {
    /** A reset pulse. @return true to answer with a presence pulse */
    boolean reset();

    /** A write slot of the controller, 0 or 1. */
    void writeSlot(int bit);

    /** A read slot: what this chip lets through, 0 or 1. */
    int readSlot();
}
