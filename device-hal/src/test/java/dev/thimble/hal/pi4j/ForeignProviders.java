package dev.thimble.hal.pi4j;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeEvent;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CBus;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProvider;
import com.pi4j.io.i2c.I2CProviderBase;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;
import java.util.HashMap;
import java.util.Map;

/** Pi4J providers of somebody else, as plain as Pi4J's interfaces: no timestamps, no transactions, no open drain. */
final class ForeignProviders {
    final Map<Integer, Input> inputs = new HashMap<>();
    final Map<Integer, DigitalOutput> outputs = new HashMap<>();
    final byte[] registers = new byte[256];
    Output pwm;

    Context context() {
        return Pi4J.newContextBuilder().noAutoDetect().disableShutdownHook()
            .add(new DigitalInputProviderBase("foreign-input") {
                @Override
                public DigitalInput create(DigitalInputConfig config) {
                    Input io = new Input(this, config);
                    inputs.put(config.bcm(), io);
                    context.registry().add(io);
                    return io;
                }
            }, new DigitalOutputProviderBase("foreign-output") {
                @Override
                public DigitalOutput create(DigitalOutputConfig config) {
                    DigitalOutput io = new DigitalOutputBase(this, config) { };
                    outputs.put(config.bcm(), io);
                    context.registry().add(io);
                    return io;
                }
            }, new I2CProviderBase("foreign-i2c") {
                @Override
                public I2C create(I2CConfig config) {
                    I2C io = new Registers(this, config);
                    context.registry().add(io);
                    return io;
                }
            }, new PwmProviderBase("foreign-pwm") {
                @Override
                public Pwm create(PwmConfig config) {
                    pwm = new Output(this, config);
                    context.registry().add(pwm);
                    return pwm;
                }
            }).build();
    }

    static final class Input extends DigitalInputBase {
        private DigitalState state = DigitalState.LOW;

        Input(DigitalInputProvider provider, DigitalInputConfig config) {
            super(provider, config);
        }

        void drive(boolean high) {
            state = DigitalState.getState(high);
            dispatch(new DigitalStateChangeEvent<>(this, state));
        }

        @Override
        public DigitalState state() {
            return state;
        }
    }

    static final class Output extends PwmBase {
        Output(PwmProvider provider, PwmConfig config) {
            super(provider, config);
        }

        @Override
        public Pwm on() {
            onState = true;
            return this;
        }

        @Override
        public Pwm off() {
            onState = false;
            return this;
        }
    }

    /** A memory at 0x50; every other address is an error without a number. */
    private final class Registers extends I2CBase<I2CBus> {
        private final boolean present;

        Registers(I2CProvider provider, I2CConfig config) {
            super(provider, config, null);
            present = config.device() == 0x50;
        }

        private int check(int count) {
            if (!present) {
                throw new IOException("no answer");
            }
            return count;
        }

        @Override
        public int read() {
            check(1);
            return registers[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            System.arraycopy(registers, 0, buffer, offset, check(length));
            return length;
        }

        @Override
        public int write(byte value) {
            return check(1);
        }

        @Override
        public int write(byte[] buffer, int offset, int length) {
            check(length);
            System.arraycopy(buffer, offset + 1, registers, buffer[offset] & 0xFF, length - 1);
            return length;
        }

        @Override
        public int readRegister(int register) {
            return registers[register] & 0xFF;
        }

        @Override
        public int readRegister(byte[] register, byte[] buffer, int offset, int length) {
            return readRegister(register[0] & 0xFF, buffer, offset, length);
        }

        @Override
        public int readRegister(int register, byte[] buffer, int offset, int length) {
            System.arraycopy(registers, register, buffer, offset, check(length));
            return length;
        }

        @Override
        public int writeRegister(int register, byte value) {
            registers[register] = value;
            return check(1);
        }

        @Override
        public int writeRegister(int register, byte[] buffer, int offset, int length) {
            System.arraycopy(buffer, offset, registers, register, check(length));
            return length;
        }

        @Override
        public int writeRegister(byte[] register, byte[] buffer, int offset, int length) {
            return writeRegister(register[0] & 0xFF, buffer, offset, length);
        }
    }
}
