package dev.thimble.agent.cell;

import dev.thimble.wasm.Instance;
import dev.thimble.wasm.Recording;

/** Has an instance recorded from its first call on. Used on the cells' thread. */
@FunctionalInterface
public interface Tap {
    /**
     * @param instance made of the release's module with canonical NaNs; none of its exports has been called
     * @return null when it cannot be recorded, for a reason that the tap keeps: the instance starts all the same
     */
    Recording begin(Release release, Instance instance);
}
