package dev.thimble.hal.grant;

/** What kind of device an alias names: one per import module. */
public enum DeviceKind { GPIO, I2C, SPI, PWM, UART, ADC, ONEWIRE }
