import java.lang.classfile.Attributes;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.FloatEntry;
import java.lang.classfile.constantpool.IntegerEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Orders a class file's pool of constants for a packer: strings by their ends, which are alike in names of classes and
 * of methods' types; entries of a kind together; and their indices rising. The compiler writes them as it meets them.
 */
final class PoolOrder {
    private final ClassFile tool;

    /** The tool must make a new pool for each class, and no stack maps. */
    PoolOrder(ClassFile tool) {
        this.tool = tool;
    }

    byte[] sort(byte[] bytes) {
        ClassModel model = tool.parse(bytes);
        ConstantPoolBuilder pool = ConstantPoolBuilder.of();
        // One byte of code holds the index of these.
        shortLoads(model).forEach(e -> add(pool, e));
        all(model, Utf8Entry.class).map(Utf8Entry::stringValue)
                .sorted(Comparator.comparing(s -> new StringBuilder(s).reverse().toString())).forEach(pool::utf8Entry);
        all(model, ClassEntry.class).map(ClassEntry::asInternalName)
                .sorted(Comparator.comparing(n -> pool.utf8Entry(n).index())).forEach(n -> pool.classEntry(pool.utf8Entry(n)));
        all(model, NameAndTypeEntry.class).sorted(Comparator.<NameAndTypeEntry>comparingInt(e -> pool.utf8Entry(e.type().stringValue()).index())
                .thenComparing(e -> pool.utf8Entry(e.name().stringValue()).index())).forEach(e -> nameAndType(pool, e));
        all(model, MemberRefEntry.class).sorted(Comparator.<MemberRefEntry>comparingInt(PoolEntry::tag)
                .thenComparing(e -> owner(pool, e).index())
                .thenComparing(e -> nameAndType(pool, e.nameAndType()).index())).forEach(e -> member(pool, e));
        return tool.build(pool.classEntry(pool.utf8Entry(model.thisClass().asInternalName())), pool, builder -> {
            builder.withVersion(model.majorVersion(), model.minorVersion());
            for (ClassElement element : model) {
                if (element instanceof MethodModel method) {
                    builder.transformMethod(method, (to, part) -> {
                        if (part instanceof CodeModel code) {
                            to.transformCode(code, stackMap(code));
                        } else {
                            to.with(part);
                        }
                    });
                } else {
                    builder.with(element);
                }
            }
        });
    }

    /** Hands on a method's stack map, which a tool that makes none leaves out. */
    static CodeTransform stackMap(CodeModel code) {
        return CodeTransform.endHandler(to -> ((CodeAttribute) code).findAttribute(Attributes.stackMapTable()).ifPresent(to::with));
    }

    private static <E extends PoolEntry> Stream<E> all(ClassModel model, Class<E> kind) {
        return StreamSupport.stream(model.constantPool().spliterator(), false).filter(kind::isInstance).map(kind::cast);
    }

    private static Set<PoolEntry> shortLoads(ClassModel model) {
        Set<PoolEntry> entries = new LinkedHashSet<>();
        model.methods().forEach(m -> m.code().ifPresent(code -> code.forEach(element -> {
            if (element instanceof LoadConstantInstruction load && load.opcode() == Opcode.LDC) {
                entries.add(load.constantEntry());
            }
        })));
        return entries;
    }

    private static void add(ConstantPoolBuilder pool, PoolEntry entry) {
        switch (entry) {
            case StringEntry e -> pool.stringEntry(e.stringValue());
            case IntegerEntry e -> pool.intEntry(e.intValue());
            case FloatEntry e -> pool.floatEntry(e.floatValue());
            case ClassEntry e -> pool.classEntry(pool.utf8Entry(e.asInternalName()));
            default -> { }
        }
    }

    private static ClassEntry owner(ConstantPoolBuilder pool, MemberRefEntry entry) {
        return pool.classEntry(pool.utf8Entry(entry.owner().asInternalName()));
    }

    private static NameAndTypeEntry nameAndType(ConstantPoolBuilder pool, NameAndTypeEntry entry) {
        return pool.nameAndTypeEntry(pool.utf8Entry(entry.name().stringValue()), pool.utf8Entry(entry.type().stringValue()));
    }

    private static void member(ConstantPoolBuilder pool, MemberRefEntry entry) {
        switch (entry.tag()) {
            case PoolEntry.TAG_FIELDREF -> pool.fieldRefEntry(owner(pool, entry), nameAndType(pool, entry.nameAndType()));
            case PoolEntry.TAG_METHODREF -> pool.methodRefEntry(owner(pool, entry), nameAndType(pool, entry.nameAndType()));
            default -> pool.interfaceMethodRefEntry(owner(pool, entry), nameAndType(pool, entry.nameAndType()));
        }
    }
}
