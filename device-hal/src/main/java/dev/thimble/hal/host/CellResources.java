package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.grant.GrantedDevice;

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
    private final Slot[] slots = new Slot[MAX_DEVICES];
    private int count;

    /** @param shared one for all cells of a board */
    public CellResources(SharedInputs shared, Inbox inbox, Clock clock) {
        this.shared = shared;
        this.inbox = inbox;
        this.clock = clock;
    }

    /**
     * Resources in which the same devices and subscriptions have the same numbers, for an instance that is given this
     * cell's events beside it.
     */
    public CellResources likeness(SharedInputs others, Inbox other) {
        CellResources like = new CellResources(others, other, clock);
        for (int i = 0; i < count; i++) {
            like.slot(slots[i].device);
        }
        like.subscriptions.number(subscriptions);
        return like;
    }

    public Inbox inbox() {
        return inbox;
    }

    /** What the board calls a granted line, behind its alias. */
    String lineName(GrantedDevice device) {
        return shared.board().file().resolve(device.device());
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** The slot of a granted device, made when it is new; null when there are too many. */
    Slot slot(GrantedDevice device) {
        for (int i = 0; i < count; i++) {
            Slot slot = slots[i];
            if (slot.device == device || slot.device.alias().equals(device.alias()) && slot.device.kind() == device.kind()
                && slot.device.device().equals(device.device()) && slot.device.safe() == device.safe()) {
                return slot;
            }
        }
        if (count == MAX_DEVICES) {
            return null;
        }
        slots[count] = new Slot(device, count + 1, shared, inbox, clock);
        return slots[count++];
    }

    /** The slot with a handle, or null. */
    Slot slot(int handle) {
        return handle > 0 && handle <= count ? slots[handle - 1] : null;
    }

    /** The cell goes away: outputs go to their safe levels and everything is closed. */
    @Override
    public void close() {
        for (int i = 0; i < count; i++) {
            Slot slot = slots[i];
            if (slot.isOpen()) {
                slot.holders = 0;
                slot.letGo(false);
            }
        }
    }
}
