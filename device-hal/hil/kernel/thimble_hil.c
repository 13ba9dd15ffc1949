// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware that exists only here, for tests of Thimble's Linux backend: an I2C adapter with one chip of 256 registers at
 * 0x50, a SPI controller whose MISO is tied to MOSI, and a PWM controller of two channels. Written for Thimble; never
 * shipped with it.
 */
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>
#include <linux/spi/spi.h>

#define CHIP_ADDRESS 0x50

static bool unplugged;
module_param(unplugged, bool, 0644);
MODULE_PARM_DESC(unplugged, "the I2C chip does not answer");

static struct platform_device *device;
static struct spi_controller *spi;
static u8 registers[256];
static u8 pointer;

static int hil_i2c_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	int i, j;

	for (i = 0; i < count; i++) {
		struct i2c_msg *m = &messages[i];

		if (m->addr != CHIP_ADDRESS || unplugged)
			return -ENXIO;
		for (j = 0; j < m->len; j++) {
			if (m->flags & I2C_M_RD)
				m->buf[j] = registers[pointer++];
			else if (j == 0)
				pointer = m->buf[j];
			else
				registers[pointer++] = m->buf[j];
		}
	}
	return count;
}

static u32 hil_i2c_functions(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm hil_i2c_algorithm = {
	.master_xfer = hil_i2c_transfer,
	.functionality = hil_i2c_functions,
};

static struct i2c_adapter hil_adapter = {
	.owner = THIS_MODULE,
	.name = "thimble-hil",
	.algo = &hil_i2c_algorithm,
};

static int hil_spi_transfer(struct spi_controller *controller, struct spi_device *chip, struct spi_transfer *t)
{
	if (t->rx_buf) {
		if (t->tx_buf)
			memmove(t->rx_buf, t->tx_buf, t->len);
		else
			memset(t->rx_buf, 0, t->len);
	}
	return 0;
}

static int hil_pwm_apply(struct pwm_chip *chip, struct pwm_device *pwm, const struct pwm_state *state)
{
	return state->period < 1000 ? -EINVAL : 0;
}

static const struct pwm_ops hil_pwm_ops = {
	.apply = hil_pwm_apply,
	.owner = THIS_MODULE,
};

static struct pwm_chip hil_pwm = {
	.ops = &hil_pwm_ops,
	.npwm = 2,
};

static int __init hil_init(void)
{
	/* spidev binds to names of real chips only; this one is in its table. */
	struct spi_board_info chip = { .modalias = "dh2228fv", .max_speed_hz = 10000000 };
	int error;

	device = platform_device_register_simple("thimble-hil", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);

	hil_adapter.dev.parent = &device->dev;
	error = i2c_add_adapter(&hil_adapter);
	if (error)
		goto no_adapter;

	error = -ENOMEM;
	spi = spi_alloc_master(&device->dev, 0);
	if (!spi)
		goto no_spi;
	spi->bus_num = 0;
	spi->num_chipselect = 1;
	spi->mode_bits = SPI_CPOL | SPI_CPHA;
	spi->transfer_one = hil_spi_transfer;
	error = spi_register_controller(spi);
	if (error) {
		spi_controller_put(spi);
		goto no_spi;
	}
	if (!spi_new_device(spi, &chip)) {
		error = -ENODEV;
		goto no_pwm;
	}

	hil_pwm.dev = &device->dev;
	error = pwmchip_add(&hil_pwm);
	if (error)
		goto no_pwm;
	return 0;

no_pwm:
	spi_unregister_controller(spi);
no_spi:
	i2c_del_adapter(&hil_adapter);
no_adapter:
	platform_device_unregister(device);
	return error;
}

static void __exit hil_exit(void)
{
	pwmchip_remove(&hil_pwm);
	spi_unregister_controller(spi);
	i2c_del_adapter(&hil_adapter);
	platform_device_unregister(device);
}

module_init(hil_init);
module_exit(hil_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("I2C, SPI and PWM hardware for Thimble's tests");
