package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.OneWireBus;
import java.nio.ByteBuffer;

/** A 1-Wire bus that is heard, or without a real one a shadow's. */
final class TapedOneWire implements OneWireBus {
    private static final int LIST = 1;
    private static final int TEMPERATURE = 2;

    private final String name;
    private final OneWireBus real;
    private final Tape tape;
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES);

    TapedOneWire(String name, OneWireBus real, Tape tape) {
        this.name = name;
        this.real = real;
        this.tape = tape;
    }

    @Override
    public int list(long[] roms) {
        tape.ask(name, LIST, 0);
        int count = real != null ? tape.learn(real.list(roms)) : tape.recall();
        for (int i = 0; i < Math.min(count, roms.length); i++) {
            if (real != null) {
                tape.with(word.putLong(0, roms[i]).array(), 0, Long.BYTES);
            } else {
                tape.copy(word.array(), 0, Long.BYTES);
                roms[i] = word.getLong(0);
            }
        }
        return count;
    }

    @Override
    public int readTemperature(long rom, int[] milliCelsius) {
        tape.ask(name, TEMPERATURE, (int) rom).number((int) (rom >>> 32));
        int result = real != null ? tape.learn(real.readTemperature(rom, milliCelsius)) : tape.recall();
        if (result == Errno.OK && real != null) {
            tape.with(word.putInt(0, milliCelsius[0]).array(), 0, Integer.BYTES);
        } else if (result == Errno.OK) {
            tape.copy(word.array(), 0, Integer.BYTES);
            milliCelsius[0] = word.getInt(0);
        }
        return result;
    }

    @Override
    public void close() {
        if (real != null) {
            real.close();
        }
    }
}
