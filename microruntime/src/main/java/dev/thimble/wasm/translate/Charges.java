package dev.thimble.wasm.translate;

/** What a function's translation asks {@link BlockCosts}: the loops around hear of each branch that pays. */
final class Charges {
    /** Or null when no fuel is taken. */
    private final BlockCosts costs;
    private final OperandStack stack;

    Charges(BlockCosts costs, OperandStack stack) {
        this.costs = costs;
        this.stack = stack;
    }

    /** Fuel for another round of the loop at {@code offset}. */
    int round(int offset) {
        return costs == null ? 0 : costs.at(offset);
    }

    /**
     * What the instruction at {@code offset} has its ways pay, as {@link BlockCosts#at} says.
     *
     * @param leaves whether it is a branch out of the innermost loop, of which the next round hears nothing
     */
    int pay(int offset, boolean leaves) {
        int units = costs == null ? 0 : costs.at(offset);
        if (units != 0) {
            stack.pay(leaves && units > 0);
        }
        return units;
    }

    /** What each entry or clause of the present instruction pays, or null. */
    int[] each() {
        int[] units = costs == null ? null : costs.each(stack.at());
        if (units != null) {
            stack.pay(false);
        }
        return units;
    }
}
