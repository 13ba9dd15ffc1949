package dev.thimble.hal.simulated.chip;

/**
 * Calibration of a BMP280 or BME280 and its compensation in floating point (BMP280 datasheet BST-BMP280-DS001 §8.1,
 * BME280 BST-BME280-DS002 §8.1). The simulated chip runs it backwards: from what it is exposed to, to the raw code.
 */
record BoschCalibration(int t1, int t2, int t3, int p1, int p2, int p3, int p4, int p5, int p6, int p7, int p8, int p9,
                        int h1, int h2, int h3, int h4, int h5, int h6) {
    /** T and P: the worked example of the BMP280's datasheet, §3.12; H: of a chip as sold. */
    static final BoschCalibration EXAMPLE = new BoschCalibration(27504, 26435, -1000,
        36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000, 75, 370, 0, 313, 50, 30);

    /** The fine temperature that pressure and humidity are compensated with; 5120 per °C. */
    double fine(int rawT) {
        double a = (rawT / 16384.0 - t1 / 1024.0) * t2;
        double b = rawT / 131072.0 - t1 / 8192.0;
        return a + b * b * t3;
    }

    /** Pascal. */
    double pressure(int rawP, double fine) {
        double a = fine / 2 - 64000;
        double b = a * a * p6 / 32768 + a * p5 * 2;
        b = b / 4 + p4 * 65536.0;
        double c = (1 + (p3 * a * a / 524288 + p2 * a) / 524288 / 32768) * p1;
        if (c == 0) {
            return 0;
        }
        double p = (1048576 - rawP - b / 4096) * 6250 / c;
        return p + (p9 * p * p / 2147483648.0 + p * p8 / 32768 + p7) / 16;
    }

    /** Per cent of relative humidity, not clamped. */
    double humidity(int rawH, double fine) {
        double h = fine - 76800;
        h = (rawH - (h4 * 64.0 + h5 / 16384.0 * h))
            * (h2 / 65536.0 * (1 + h6 / 67108864.0 * h * (1 + h3 / 67108864.0 * h)));
        return h * (1 - h1 * h / 524288);
    }

    /** The 20-bit code for a temperature. */
    int rawTemperature(double celsius) {
        int low = 0;
        int high = 0xFFFFF;
        while (low < high) {
            int mid = low + high >>> 1;
            if (fine(mid) / 5120 < celsius) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** The 20-bit code for a pressure; falls as pressure rises. */
    int rawPressure(double pascal, double fine) {
        int low = 0;
        int high = 0xFFFFF;
        while (low < high) {
            int mid = low + high >>> 1;
            if (pressure(mid, fine) > pascal) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** The 16-bit code for a humidity. */
    int rawHumidity(double percent, double fine) {
        int low = 0;
        int high = 0xFFFF;
        while (low < high) {
            int mid = low + high >>> 1;
            if (humidity(mid, fine) < percent) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Puts the calibration where the chip keeps it: 0x88–0xA1 and 0xE1–0xE7. */
    void store(int[] registers, boolean withHumidity) {
        int[] words = {t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9};
        for (int i = 0; i < words.length; i++) {
            registers[0x88 + 2 * i] = words[i] & 0xFF;
            registers[0x89 + 2 * i] = words[i] >> 8 & 0xFF;
        }
        if (withHumidity) {
            registers[0xA1] = h1;
            registers[0xE1] = h2 & 0xFF;
            registers[0xE2] = h2 >> 8 & 0xFF;
            registers[0xE3] = h3;
            registers[0xE4] = h4 >> 4 & 0xFF;
            registers[0xE5] = h4 & 0x0F | (h5 & 0x0F) << 4;
            registers[0xE6] = h5 >> 4 & 0xFF;
            registers[0xE7] = h6 & 0xFF;
        }
    }
}
