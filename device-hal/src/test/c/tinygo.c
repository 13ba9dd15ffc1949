/*
 * What a TinyGo program's machine package asks its host for: the imports with the types that TinyGo gives them (pins, buses
 * and bool are passed as i32, int is 32 bits, a struct of one field is that field), used as its Pin, I2C, SPI, ADC, UART
 * and timer types use them. TinyGo itself is not packaged where this is built.
 */
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("env"), import_name("__tinygo_" #name))) name
#define EXPORT(name) __attribute__((export_name(#name))) name

enum { INPUT, OUTPUT, INPUT_PULLUP, INPUT_PULLDOWN };

void IMPORT(gpio_configure)(uint8_t pin, uint8_t mode);
void IMPORT(gpio_set)(uint8_t pin, _Bool value);
_Bool IMPORT(gpio_get)(uint8_t pin);
void IMPORT(pwm_configure)(int32_t instance, double frequency, uint32_t top);
void IMPORT(pwm_channel_configure)(int32_t instance, int32_t channel, uint8_t pin);
void IMPORT(pwm_channel_set)(int32_t instance, uint8_t channel, uint32_t value);
void IMPORT(spi_configure)(uint8_t bus, uint8_t sck, uint8_t sdo, uint8_t sdi);
uint8_t IMPORT(spi_transfer)(uint8_t bus, uint8_t w);
uint8_t IMPORT(spi_tx)(uint8_t bus, const uint8_t *w, int wlen, uint8_t *r, int rlen);
uint16_t IMPORT(adc_read)(uint8_t pin);
void IMPORT(i2c_configure)(uint8_t bus, uint8_t scl, uint8_t sda, uint32_t frequency);
void IMPORT(i2c_set_baud_rate)(uint8_t bus, uint32_t rate);
int IMPORT(i2c_transfer)(uint8_t bus, uint16_t addr, const uint8_t *w, int wlen, uint8_t *r, int rlen);
void IMPORT(uart_configure)(uint8_t bus, uint8_t tx, uint8_t rx);
int IMPORT(uart_read)(uint8_t bus, uint8_t *buf, int len);
int IMPORT(uart_write)(uint8_t bus, const uint8_t *buf, int len);

/* Copies the button, which is pulled up, to the LED. */
int EXPORT(button)(void) {
	gpio_configure(17, OUTPUT);
	gpio_configure(27, INPUT_PULLUP);
	gpio_set(17, gpio_get(27));
	return gpio_get(27);
}

/* An SHT31's temperature register, single shot without clock stretch; or minus TinyGo's error code. */
int EXPORT(sht31)(int address) {
	static const uint8_t measure[] = {0x24, 0x00};
	static uint8_t answer[6];
	i2c_configure(0, 3, 2, 100000);
	i2c_set_baud_rate(0, 400000);
	int error = i2c_transfer(0, address, measure, 2, 0, 0);
	if (error)
		return -error;
	/* It does not acknowledge while it measures. */
	do
		error = i2c_transfer(0, address, 0, 0, answer, 6);
	while (error == 1);
	return error ? -error : answer[0] << 8 | answer[1];
}

/* One byte under a chip select of its own. */
int EXPORT(exchange)(int byte) {
	return spi_transfer(0, byte);
}

/* Channel 3 of an MCP3008. */
int EXPORT(mcp3008)(void) {
	static const uint8_t ask[] = {1, 0x80 | 3 << 4, 0};
	static uint8_t answer[3];
	spi_configure(0, 11, 10, 9);
	if (spi_tx(0, ask, 3, answer, 3))
		return -1;
	return (answer[1] & 3) << 8 | answer[2];
}

int EXPORT(adc)(void) {
	return adc_read(0);
}

/* A servo at 1.5 ms of 20 ms on GPIO 18: a timer at 16 MHz with prescaler 8. */
void EXPORT(servo)(void) {
	pwm_configure(0, 16e6 / 8, 40000);
	pwm_channel_configure(0, 1, 18);
	pwm_channel_set(0, 1, 3000);
}

/* Sends back what came. */
int EXPORT(echo)(void) {
	static uint8_t line[16];
	uart_configure(0, 14, 15);
	int n = uart_read(0, line, sizeof line);
	return uart_write(0, line, n);
}
