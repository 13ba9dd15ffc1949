package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.grant.GrantedDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cell keeps while its instances come and go: its inbox, and its open lines and buses. Handles are numbers
 * of slots in here, so that a device has the same handle in a module and in the one that replaces it, and edges
 * that are queued during a swap reach the new one. Used on the cell's thread.
 */
public final class CellResources implements AutoCloseable {
    /** Most devices that one cell may have in its lifetime. */
    static final int MAX_DEVICES = 64;

    private final SharedInputs shared;
    private final Inbox inbox;
    private final Clock clock;
    private final Subscriptions subscriptions = new Subscriptions();
    private final List<Slot> slots = new ArrayList<>();

    /** @param shared one for all cells of a board */
    public CellResources(SharedInputs shared, Inbox inbox, Clock clock) {
        this.shared = shared;
        this.inbox = inbox;
        this.clock = clock;
    }

    public Inbox inbox() {
        return inbox;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** The slot of a granted device, made when it is new; null when there are too many. */
    Slot slot(GrantedDevice device) {
        for (Slot slot : slots) {
            if (slot.device.alias().equals(device.alias()) && slot.device.kind() == device.kind()
                && slot.device.device().equals(device.device()) && slot.device.safe() == device.safe()) {
                return slot;
            }
        }
        if (slots.size() == MAX_DEVICES) {
            return null;
        }
        Slot slot = new Slot(device, slots.size() + 1, shared, inbox, clock);
        slots.add(slot);
        return slot;
    }

    /** The slot with a handle, or null. */
    Slot slot(int handle) {
        return handle > 0 && handle <= slots.size() ? slots.get(handle - 1) : null;
    }

    /** The cell goes away: outputs go to their safe levels and everything is closed. */
    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot.isOpen()) {
                slot.holders = 0;
                slot.letGo(false);
            }
        }
    }
}
