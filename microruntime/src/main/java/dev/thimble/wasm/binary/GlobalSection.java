package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.GlobalType;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 6 (spec 3.0, "Global Section", "Global Types"). */
final class GlobalSection {
    private GlobalSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 3, module.module().globals().size(), limits.globals(), "globals");
        for (int i = 0; i < count; i++) {
            GlobalDefinition plain = imported(reader, module);
            module.global(new GlobalDefinition(plain.type(), plain.code(), reader.position()));
            Immediates.skipExpression(reader);
        }
    }

    /** A global type, as a global without initialiser. */
    static GlobalDefinition imported(ByteReader reader, ModuleBuilder module) {
        int code = TypeReader.valueType(reader, module.types());
        GlobalType type = new GlobalType(module.types().valueType(code), isMutable(reader));
        return new GlobalDefinition(type, code, Module.NONE);
    }

    /** The byte that says whether a global, a field or an array's elements can be set. */
    static boolean isMutable(ByteReader reader) {
        int mutability = reader.u8();
        if (mutability > 1) {
            throw reader.malformed("malformed mutability", reader.position() - 1);
        }
        return mutability == 1;
    }
}
