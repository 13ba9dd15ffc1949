package dev.thimble.hal.grant;

import java.util.Set;

/**
 * One device that a module may use.
 *
 * @param alias the name that the module knows
 * @param device line, bus, channel or port in the board file
 * @param addresses for I2C
 * @param modes for GPIO
 * @param safe for GPIO outputs
 * @param shared for GPIO inputs: other modules may read the line too
 * @param converter for ADC, else null
 */
public record GrantedDevice(String alias, DeviceKind kind, String device, Addresses addresses, Set<GpioMode> modes,
                            SafeLevel safe, boolean shared, Converter converter) {
    public GrantedDevice {
        modes = Set.copyOf(modes);
    }

    public static GrantedDevice gpio(String alias, String line, SafeLevel safe, GpioMode... modes) {
        return new GrantedDevice(alias, DeviceKind.GPIO, line, Addresses.NONE, Set.of(modes), safe, false, null);
    }

    public static GrantedDevice i2c(String alias, String bus, Addresses addresses) {
        return new GrantedDevice(alias, DeviceKind.I2C, bus, addresses, Set.of(), SafeLevel.KEEP, false, null);
    }

    /** SPI, PWM, UART and 1-Wire need no more than a name. */
    public static GrantedDevice of(DeviceKind kind, String alias, String device) {
        return new GrantedDevice(alias, kind, device, Addresses.NONE, Set.of(), SafeLevel.KEEP, false, null);
    }

    public static GrantedDevice adc(String alias, String bus, Converter converter) {
        return new GrantedDevice(alias, DeviceKind.ADC, bus, Addresses.NONE, Set.of(), SafeLevel.KEEP, false,
            converter);
    }
}
