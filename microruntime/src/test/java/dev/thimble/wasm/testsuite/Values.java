package dev.thimble.wasm.testsuite;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.gc.ArrayInstance;
import dev.thimble.wasm.execute.gc.HeapObject;
import dev.thimble.wasm.execute.gc.I31;
import dev.thimble.wasm.execute.gc.StructInstance;
import java.util.HexFormat;

/** Values as the scripts write them. */
final class Values {
    private static final long F32_CANONICAL = 0x7FC0_0000L;
    private static final long F64_CANONICAL = 0x7FF8_0000_0000_0000L;

    /** A reference that only the host can make. */
    record HostReference(String number) {
    }

    /** One result of a call. */
    record Value(long low, long high, Object reference) {
        @Override
        public String toString() {
            return reference != null ? reference.toString() : "0x" + HexFormat.of().toHexDigits(high) + "_" + HexFormat.of().toHexDigits(low);
        }
    }

    private Values() {
    }

    static void argument(Call call, int parameter, JsonObject value) {
        switch (value.get("type").getAsString()) {
            case "i32", "f32" -> call.i32(parameter, (int) Long.parseLong(value.get("value").getAsString()));
            case "i64", "f64" -> call.i64(parameter, bits(value.get("value").getAsString()));
            case "v128" -> call.v128(parameter, half(value, 0), half(value, 1));
            default -> call.reference(parameter, reference(value));
        }
    }

    static Object reference(JsonObject value) {
        String text = value.has("value") ? value.get("value").getAsString() : "null";
        return text.equals("null") ? null : new HostReference(text);
    }

    static Value result(Call call, int result, ValueType type) {
        if (type.isReference()) {
            return new Value(0, 0, call.referenceResult(result));
        }
        return type == ValueType.V128 ? new Value(call.v128LowResult(result), call.v128HighResult(result), null)
                : new Value(call.i64Result(result), 0, null);
    }

    static boolean matches(JsonObject expected, Value actual) {
        String type = expected.get("type").getAsString();
        if (type.equals("either")) {
            for (JsonElement one : expected.getAsJsonArray("values")) {
                if (matches(one.getAsJsonObject(), actual)) {
                    return true;
                }
            }
            return false;
        }
        return switch (type) {
            case "i32" -> (int) bits(expected.get("value").getAsString()) == (int) actual.low;
            case "i64" -> bits(expected.get("value").getAsString()) == actual.low;
            case "f32" -> !expected.has("value") || f32(expected.get("value").getAsString(), actual.low);
            case "f64" -> !expected.has("value") || f64(expected.get("value").getAsString(), actual.low);
            case "v128" -> vector(expected, actual);
            default -> matchesReference(type, expected, actual.reference);
        };
    }

    private static boolean matchesReference(String type, JsonObject expected, Object actual) {
        if (expected.has("value")) {
            Object reference = reference(expected);
            return reference == null ? actual == null : reference.equals(actual);
        }
        return switch (type) {
            case "refnull", "nullref", "nullfuncref", "nullexternref", "nullexnref" -> actual == null;
            case "funcref" -> actual instanceof FunctionInstance;
            case "arrayref" -> actual instanceof ArrayInstance;
            case "structref" -> actual instanceof StructInstance;
            case "i31ref" -> actual instanceof I31;
            case "eqref" -> actual instanceof HeapObject || actual instanceof I31;
            case "anyref", "externref", "exnref" -> actual != null;
            default -> throw new IllegalArgumentException("unknown type " + type);
        };
    }

    private static boolean f32(String expected, long bits) {
        return switch (expected) {
            case "nan:canonical" -> (bits & 0x7FFF_FFFFL) == F32_CANONICAL;
            case "nan:arithmetic" -> (bits & F32_CANONICAL) == F32_CANONICAL;
            default -> (int) bits(expected) == (int) bits;
        };
    }

    private static boolean f64(String expected, long bits) {
        return switch (expected) {
            case "nan:canonical" -> (bits & Long.MAX_VALUE) == F64_CANONICAL;
            case "nan:arithmetic" -> (bits & F64_CANONICAL) == F64_CANONICAL;
            default -> bits(expected) == bits;
        };
    }

    private static boolean vector(JsonObject expected, Value actual) {
        JsonArray lanes = expected.getAsJsonArray("value");
        String type = expected.get("lane_type").getAsString();
        int width = 128 / lanes.size();
        for (int i = 0; i < lanes.size(); i++) {
            long half = i * width < 64 ? actual.low : actual.high;
            long lane = half >>> i * width % 64;
            String text = lanes.get(i).getAsString();
            boolean same = switch (type) {
                case "f32" -> f32(text, lane & 0xFFFF_FFFFL);
                case "f64" -> f64(text, lane);
                default -> width == 64 ? bits(text) == lane : (bits(text) ^ lane) << 64 - width == 0;
            };
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static long half(JsonObject value, int half) {
        JsonArray lanes = value.getAsJsonArray("value");
        int each = lanes.size() / 2;
        int width = 64 / each;
        long bits = 0;
        for (int i = each - 1; i >= 0; i--) {
            long lane = bits(lanes.get(half * each + i).getAsString());
            bits = width == 64 ? lane : bits << width | lane & (1L << width) - 1;
        }
        return bits;
    }

    /** Decimal, signed or unsigned. */
    private static long bits(String text) {
        return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    }
}
