package dev.thimble.agent.cell;

/**
 * State that one release of a module hands to the next.
 *
 * @param schema version of the state, as {@code thimble_schema} gave it
 * @param state bytes of {@code thimble_save}; not to be changed
 */
public record Snapshot(int schema, byte[] state) {}
