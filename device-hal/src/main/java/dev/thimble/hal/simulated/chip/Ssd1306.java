package dev.thimble.hal.simulated.chip;

/**
 * Solomon SSD1306: 128 × 64 OLED controller over I2C (datasheet rev. 1.1, §8–10): control bytes, the three addressing modes,
 * and what the commands do to the picture. Scrolling is accepted, not animated.
 */
public final class Ssd1306 implements I2cChip {
    public static final int WIDTH = 128;
    public static final int HEIGHT = 64;
    private static final int PAGES = HEIGHT / 8;
    private static final int HORIZONTAL = 0;
    private static final int VERTICAL = 1;
    private static final int PAGE = 2;

    private final int address;
    private final byte[] ram = new byte[WIDTH * PAGES];
    private final int[] parameters = new int[7];
    private int mode = PAGE;
    private int column;
    private int page;
    private int columnStart;
    private int columnEnd = WIDTH - 1;
    private int pageStart;
    private int pageEnd = PAGES - 1;
    private int startLine;
    private int offset;
    private int contrast = 0x7F;
    private int multiplex = 63;
    private boolean on;
    private boolean allOn;
    private boolean inverse;
    private boolean segmentsRemapped;
    private boolean comsRemapped;
    private boolean chargePump;
    private boolean controlComes;
    private boolean continues;
    private boolean data;
    private int command;
    private int wanted;
    private int got;

    /** @param address 0x3C or 0x3D */
    public Ssd1306(int address) {
        this.address = address;
    }

    /** Whether the pixel is lit: column 0–127 from the left, row 0–63 from the top of an unmirrored panel. */
    public boolean pixel(int x, int y) {
        if (!on || y > multiplex) {
            return false;
        }
        if (allOn) {
            return true;
        }
        int com = comsRemapped ? multiplex - y : y;
        int row = com + startLine + offset & 63;
        int segment = segmentsRemapped ? WIDTH - 1 - x : x;
        boolean set = (ram[(row >> 3) * WIDTH + segment] >> (row & 7) & 1) != 0;
        return set != inverse;
    }

    public boolean isOn() {
        return on;
    }

    /** 0–255. */
    public int contrast() {
        return contrast;
    }

    /** Without its charge pump a module on a single supply stays dark. */
    public boolean chargePump() {
        return chargePump;
    }

    @Override
    public boolean select(int target, boolean read) {
        controlComes = true;
        continues = false;
        return target == address;
    }

    @Override
    public boolean write(int value) {
        if (controlComes) {
            // Co = 0: nothing but data bytes follow. Co = 1: one byte, then a control byte again.
            continues = (value & 0x80) != 0;
            data = (value & 0x40) != 0;
            controlComes = false;
            return true;
        }
        if (data) {
            store(value);
        } else {
            command(value);
        }
        controlComes = continues;
        return true;
    }

    /** The status register: bit 6 is display off. */
    @Override
    public int read() {
        return on ? 0 : 0x40;
    }

    private void store(int value) {
        ram[page * WIDTH + column] = (byte) value;
        switch (mode) {
            case HORIZONTAL -> {
                if (nextColumn()) {
                    page = page == pageEnd ? pageStart : page + 1 & 7;
                }
            }
            case VERTICAL -> {
                boolean last = page == pageEnd;
                page = last ? pageStart : page + 1 & 7;
                if (last) {
                    nextColumn();
                }
            }
            default -> column = column == WIDTH - 1 ? 0 : column + 1;
        }
    }

    private boolean nextColumn() {
        boolean last = column == columnEnd;
        column = last ? columnStart : column + 1 & 127;
        return last;
    }

    private void command(int value) {
        if (got < wanted) {
            parameters[got++] = value;
        } else {
            command = value;
            got = 0;
            wanted = switch (value) {
                case 0x20, 0x81, 0x8D, 0xA8, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB -> 1;
                case 0x21, 0x22, 0xA3 -> 2;
                case 0x29, 0x2A -> 5;
                case 0x26, 0x27 -> 6;
                default -> 0;
            };
        }
        if (got == wanted) {
            execute();
            wanted = 0;
            got = 0;
        }
    }

    private void execute() {
        int p = parameters[0];
        if (command <= 0x0F) {
            column = column & 0x70 | command;
        } else if (command <= 0x1F) {
            column = (command & 7) << 4 | column & 0x0F;
        } else if (command >= 0x40 && command <= 0x7F) {
            startLine = command & 63;
        } else if (command >= 0xB0 && command <= 0xB7) {
            page = command & 7;
        } else {
            switch (command) {
                case 0x20 -> mode = p & 3;
                case 0x21 -> {
                    columnStart = p & 127;
                    columnEnd = parameters[1] & 127;
                    column = columnStart;
                }
                case 0x22 -> {
                    pageStart = p & 7;
                    pageEnd = parameters[1] & 7;
                    page = pageStart;
                }
                case 0x81 -> contrast = p;
                case 0x8D -> chargePump = (p & 4) != 0;
                case 0xA0, 0xA1 -> segmentsRemapped = command == 0xA1;
                case 0xA4, 0xA5 -> allOn = command == 0xA5;
                case 0xA6, 0xA7 -> inverse = command == 0xA7;
                case 0xA8 -> multiplex = Math.max(15, p & 63);
                case 0xAE, 0xAF -> on = command == 0xAF;
                case 0xC0, 0xC8 -> comsRemapped = command == 0xC8;
                case 0xD3 -> offset = p & 63;
                // Timing, voltages, scrolling and NOP do not change a still picture.
                default -> { }
            }
        }
    }
}
