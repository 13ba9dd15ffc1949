package dev.thimble.wasm.execute;

import dev.thimble.wasm.opcode.Opcodes;

/**
 * What reads and writes the registers of a {@link RegisterLoop}, in whose tree alone these nodes may stand. Each of them is both:
 * as an expression it reads, as a statement it writes the value of another expression.
 *
 * <p>Three registers to a class, because HotSpot inlines methods of up to 35 bytes wherever they are called; and no calls beside
 * that of the value, because a call that was rare elsewhere is not inlined here either.
 */
public final class InRegister {
    /** Registers for i32 and f32, for i64, and for f64. */
    public static final int COUNT = 9;
    private static final String VM = System.getProperty("java.vm.info", "");
    /**
     * Whether the JVM makes machine registers of {@link Registers}: C1 never does, C2 since JDK 18. Where it does not, each loop
     * would allocate, which {@link RegisterTrial} needs to find out.
     */
    public static final boolean SUPPORTED = Runtime.version().feature() >= 18 && VM.startsWith("mixed mode")
            && !VM.contains("emulated-client") && ModuleLayer.boot().findModule("jdk.management").isPresent();

    private InRegister() {
    }

    /** Reads a register; {@code type} is a code of {@link Opcodes}. */
    public static Node get(int type, int register) {
        return type == Opcodes.F32 ? Nodes.unary(Opcodes.F32_REINTERPRET_I32, (Node) of(Opcodes.I32, register, null), 0, Patterns.NONE)
                : (Node) of(type, register, null);
    }

    /** Writes a register; {@code type} is a code of {@link Opcodes}. */
    public static Stmt set(int type, int register, Node value) {
        return type == Opcodes.F32
                ? of(Opcodes.I32, register, Nodes.unary(Opcodes.I32_REINTERPRET_F32, value, 0, Patterns.NONE))
                : of(type, register, value);
    }

    private static Stmt of(int type, int register, Node value) {
        int k = register % 3;
        switch (type) {
            case Opcodes.I32: return register < 3 ? new I0(k, value) : register < 6 ? new I3(k, value) : new I6(k, value);
            case Opcodes.I64: return register < 3 ? new L0(k, value) : register < 6 ? new L3(k, value) : new L6(k, value);
            case Opcodes.F64: return register < 3 ? new D0(k, value) : register < 6 ? new D3(k, value) : new D6(k, value);
            default: throw new IllegalArgumentException();
        }
    }

    private record I0(int register, Node value) implements Node.OfI32, Stmt {
        @Override
        public int execI(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.i0;
            }
            if (register == 1) {
                return r.i1;
            }
            return r.i2;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execI(f));
            return NEXT;
        }

        private static void set(Registers r, int register, int x) {
            if (register == 0) {
                r.i0 = x;
            } else if (register == 1) {
                r.i1 = x;
            } else {
                r.i2 = x;
            }
        }
    }

    private record I3(int register, Node value) implements Node.OfI32, Stmt {
        @Override
        public int execI(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.i3;
            }
            if (register == 1) {
                return r.i4;
            }
            return r.i5;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execI(f));
            return NEXT;
        }

        private static void set(Registers r, int register, int x) {
            if (register == 0) {
                r.i3 = x;
            } else if (register == 1) {
                r.i4 = x;
            } else {
                r.i5 = x;
            }
        }
    }

    private record I6(int register, Node value) implements Node.OfI32, Stmt {
        @Override
        public int execI(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.i6;
            }
            if (register == 1) {
                return r.i7;
            }
            return r.i8;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execI(f));
            return NEXT;
        }

        private static void set(Registers r, int register, int x) {
            if (register == 0) {
                r.i6 = x;
            } else if (register == 1) {
                r.i7 = x;
            } else {
                r.i8 = x;
            }
        }
    }

    private record L0(int register, Node value) implements Node.OfI64, Stmt {
        @Override
        public long execL(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.l0;
            }
            if (register == 1) {
                return r.l1;
            }
            return r.l2;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execL(f));
            return NEXT;
        }

        private static void set(Registers r, int register, long x) {
            if (register == 0) {
                r.l0 = x;
            } else if (register == 1) {
                r.l1 = x;
            } else {
                r.l2 = x;
            }
        }
    }

    private record L3(int register, Node value) implements Node.OfI64, Stmt {
        @Override
        public long execL(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.l3;
            }
            if (register == 1) {
                return r.l4;
            }
            return r.l5;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execL(f));
            return NEXT;
        }

        private static void set(Registers r, int register, long x) {
            if (register == 0) {
                r.l3 = x;
            } else if (register == 1) {
                r.l4 = x;
            } else {
                r.l5 = x;
            }
        }
    }

    private record L6(int register, Node value) implements Node.OfI64, Stmt {
        @Override
        public long execL(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.l6;
            }
            if (register == 1) {
                return r.l7;
            }
            return r.l8;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execL(f));
            return NEXT;
        }

        private static void set(Registers r, int register, long x) {
            if (register == 0) {
                r.l6 = x;
            } else if (register == 1) {
                r.l7 = x;
            } else {
                r.l8 = x;
            }
        }
    }

    private record D0(int register, Node value) implements Node.OfF64, Stmt {
        @Override
        public double execD(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.d0;
            }
            if (register == 1) {
                return r.d1;
            }
            return r.d2;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execD(f));
            return NEXT;
        }

        private static void set(Registers r, int register, double x) {
            if (register == 0) {
                r.d0 = x;
            } else if (register == 1) {
                r.d1 = x;
            } else {
                r.d2 = x;
            }
        }
    }

    private record D3(int register, Node value) implements Node.OfF64, Stmt {
        @Override
        public double execD(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.d3;
            }
            if (register == 1) {
                return r.d4;
            }
            return r.d5;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execD(f));
            return NEXT;
        }

        private static void set(Registers r, int register, double x) {
            if (register == 0) {
                r.d3 = x;
            } else if (register == 1) {
                r.d4 = x;
            } else {
                r.d5 = x;
            }
        }
    }

    private record D6(int register, Node value) implements Node.OfF64, Stmt {
        @Override
        public double execD(Frame f) {
            Registers r = (Registers) f;
            if (register == 0) {
                return r.d6;
            }
            if (register == 1) {
                return r.d7;
            }
            return r.d8;
        }

        @Override
        public int exec(Frame f) {
            set((Registers) f, register, value.execD(f));
            return NEXT;
        }

        private static void set(Registers r, int register, double x) {
            if (register == 0) {
                r.d6 = x;
            } else if (register == 1) {
                r.d7 = x;
            } else {
                r.d8 = x;
            }
        }
    }
}
