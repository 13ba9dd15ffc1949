package dev.thimble.hal.grant;

/**
 * The analog-to-digital converter behind an alias.
 *
 * @param chip {@code ads1115} on I2C or {@code mcp3008} on SPI
 * @param address on I2C
 * @param channel 0–3 for the ADS1115 (single-ended), 0–7 for the MCP3008
 * @param fullScaleMicrovolts the ADS1115's range or the MCP3008's reference voltage
 */
public record Converter(String chip, int address, int channel, long fullScaleMicrovolts) { }
