package dev.thimble.agent.cell;

/** Why an instance starts or ends; the ordinals are the argument of {@code thimble_init} and {@code thimble_shutdown}. */
public enum Reason { COLD, UPDATE, ROLLBACK, RESTART }
