package dev.thimble.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;

/** A jar without the packages for SIMD and for heap objects runs every module that does not use them. */
class SeparatePackagesTest {
    /** Defines the engine's classes anew, save those of the two packages. */
    private static final class Reduced extends ClassLoader {
        Reduced() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.contains(".execute.simd.") || name.contains(".execute.gc.")) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return SeparatePackagesTest.class.getClassLoader().getResourceAsStream(name);
        }
    }

    private static long call(Wasm wasm, String name, long... arguments) throws ReflectiveOperationException {
        var loader = new Reduced();
        Class<?> module = loader.loadClass(WasmModule.class.getName());
        Class<?> imports = loader.loadClass(Imports.class.getName());
        Object parsed = module.getMethod("parse", byte[].class).invoke(null, (Object) wasm.toArray());
        Object instance = module.getMethod("instantiate", imports).invoke(parsed, imports.getMethod("none").invoke(null));
        Object function = instance.getClass().getMethod("function", String.class).invoke(instance, name);
        return ((long[]) function.getClass().getMethod("call", long[].class).invoke(function, (Object) arguments))[0];
    }

    @Test
    void otherModulesRunWithoutThem() throws ReflectiveOperationException {
        Wasm wasm = new Wasm().memory(1).table("funcref", 2).element(0, 0).global("i32", true, "i32.const 5");
        wasm.function("i32 -> i32", "i64", "local.get 0; i32.eqz; if i32; i32.const 1; else; "
                + "local.get 0; local.get 0; i32.const 1; i32.sub; i32.const 0; call_indirect 0 0; i32.mul; end");
        wasm.export("factorial", 0, 0);
        assertEquals(3628800, call(wasm, "factorial", 10));
    }

    @Test
    void aModuleThatUsesThemIsToldWhatIsMissing() {
        Wasm wasm = new Wasm();
        wasm.function("-> i64", "", "v128.const 1 2; i64x2.extract_lane 0");
        wasm.export("lane", 0, 0);
        var thrown = assertThrows(InvocationTargetException.class, () -> call(wasm, "lane"));
        var cause = assertInstanceOf(UnsupportedOperationException.class, thrown.getCause());
        assertTrue(cause.getMessage().matches(
                "v128.const needs dev/thimble/wasm/execute/simd/\\w+, which this build of the engine leaves out"), cause.getMessage());
    }
}
