import java.io.IOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.EnclosingMethodAttribute;
import java.lang.classfile.attribute.ExceptionsAttribute;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.MethodParametersAttribute;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes out of compiled classes what a device has no use for, and puts the rest in the order that a jar packs best.
 *
 * <ul>
 * <li>Of all classes: line numbers, names of parameters, and lists of classes that are not their own. What another
 *     compiler needs to use a public class stays: generic signatures, checked exceptions, its own nested classes.
 * <li>Of switches over enums: the compiler's tables, see {@link SwitchMaps}.
 * <li>Of nests: their lists. Members that other classes of a nest use become visible to their package instead.
 * <li>Of nodes: what nobody calls as well. Nodes are records because HotSpot trusts a record's fields, not because
 *     anybody compares, prints or takes them apart.
 * </ul>
 *
 * <p>Usage: {@code java ClassSlimmer.java target/classes keep-lines?}. It may run again over its own output.
 */
public final class ClassSlimmer {
    private static final String NODES = "dev/thimble/wasm/execute/";
    private static final Set<String> OBJECT_METHODS =
            Set.of("toString()Ljava/lang/String;", "hashCode()I", "equals(Ljava/lang/Object;)Z");

    /** Makes no stack maps: its own might name classes that the compiler's do not, and then the verifier would load these. */
    private final ClassFile tool;
    private final boolean keepLines;
    private final Set<String> called = new HashSet<>();
    /** Members that a class of the same nest names. */
    private final Set<String> nestMembers = new HashSet<>();
    private SwitchMaps switches;

    private ClassSlimmer(boolean keepLines) {
        this.keepLines = keepLines;
        tool = ClassFile.of(ConstantPoolSharingOption.NEW_POOL, StackMapsOption.DROP_STACK_MAPS);
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        ClassSlimmer slimmer = new ClassSlimmer(arguments.length > 1 && Boolean.parseBoolean(arguments[1]));
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(f -> f.toString().endsWith(".class")).toList();
        }
        Map<Path, ClassModel> models = new LinkedHashMap<>();
        for (Path file : files) {
            models.put(file, slimmer.tool.parse(Files.readAllBytes(file)));
        }
        models.values().forEach(slimmer::note);
        slimmer.switches = new SwitchMaps(models.values());
        for (Map.Entry<Path, ClassModel> entry : models.entrySet()) {
            slimmer.slim(entry.getKey(), entry.getValue());
        }
    }

    /** Notes the methods that a class calls, and the members of its nest that it uses. */
    private void note(ClassModel model) {
        String self = model.thisClass().asInternalName();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                String owner = member.owner().asInternalName();
                if (member instanceof MethodRefEntry) {
                    called.add(owner + '.' + member.name().stringValue());
                }
                if (!owner.equals(self) && nest(owner).equals(nest(self))) {
                    nestMembers.add(owner + '.' + member.name().stringValue() + member.type().stringValue());
                }
            }
        }
    }

    private static String nest(String name) {
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    private void slim(Path file, ClassModel model) throws IOException {
        if (switches.isNeedless(model)) {
            Files.delete(file);
            return;
        }
        boolean node = isNode(model);
        boolean ownRecord = isRecord(model) && (node || !model.flags().has(AccessFlag.PUBLIC));
        boolean internal = !model.flags().has(AccessFlag.PUBLIC);
        byte[] slim = tool.transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method) {
                if (!(ownRecord && isUnused(model, method))) {
                    int flags = visible(model, method.methodName().stringValue() + method.methodType().stringValue(),
                            method.flags().flagsMask());
                    builder.transformMethod(method, (to, part) -> {
                        if (part instanceof AccessFlags) {
                            to.withFlags(flags);
                        } else if (part instanceof ExceptionsAttribute && method.flags().has(AccessFlag.PRIVATE)) {
                            // Nobody compiles against it.
                        } else if (part instanceof CodeModel code) {
                            to.transformCode(code, switches.transform().andThen((into, instruction) -> {
                                if (!(instruction instanceof LineNumber) || keepLines && !node) {
                                    into.with(instruction);
                                }
                            }).andThen(PoolOrder.stackMap(code)));
                        } else if (isKept(part, internal || method.flags().has(AccessFlag.PRIVATE))) {
                            to.with(part);
                        }
                    });
                }
            } else if (element instanceof FieldModel field && isCopied(field)) {
                // The compiler has put its value where it is used.
            } else if (element instanceof FieldModel field) {
                int flags = visible(model, field.fieldName().stringValue() + field.fieldType().stringValue(),
                        field.flags().flagsMask());
                builder.transformField(field, (to, part) -> {
                    if (part instanceof AccessFlags) {
                        to.withFlags(flags);
                    } else if (!((internal || field.flags().has(AccessFlag.PRIVATE)) && part instanceof SignatureAttribute)) {
                        to.with(part);
                    }
                });
            } else if (element instanceof RecordAttribute && node) {
                builder.with(RecordAttribute.of());
            } else if (element instanceof InnerClassesAttribute nested) {
                List<InnerClassInfo> own = nested.classes().stream().filter(c -> !internal && isOwn(model, c)).toList();
                if (!own.isEmpty()) {
                    builder.with(InnerClassesAttribute.of(own));
                }
            } else if (isKept(element, internal)) {
                builder.with(element);
            }
        });
        byte[] sorted = new PoolOrder(tool).sort(slim);
        if (!Arrays.equals(sorted, Files.readAllBytes(file))) {
            Files.write(file, sorted);
        }
    }

    private static boolean isKept(MethodElement part, boolean internal) {
        return !(part instanceof MethodParametersAttribute || part instanceof SignatureAttribute && internal);
    }

    private boolean isKept(ClassElement element, boolean internal) {
        return !(element instanceof EnclosingMethodAttribute || element instanceof NestHostAttribute
                || element instanceof NestMembersAttribute || element instanceof SourceFileAttribute && !keepLines
                || element instanceof SignatureAttribute && internal);
    }

    /** Whether a class is this one or nested in it, and may be named by others. */
    private static boolean isOwn(ClassModel model, InnerClassInfo info) {
        String self = model.thisClass().asInternalName();
        return !info.has(AccessFlag.PRIVATE) && (info.innerClass().asInternalName().equals(self)
                || info.outerClass().filter(o -> o.asInternalName().equals(self)).isPresent());
    }

    /** A private member that others of its nest use is opened to the package; final, for it never was overridden. */
    private int visible(ClassModel model, String member, int flags) {
        if ((flags & ClassFile.ACC_PRIVATE) == 0 || !nestMembers.contains(model.thisClass().asInternalName() + '.' + member)) {
            return flags;
        }
        boolean method = member.indexOf('(') > 0 && (flags & ClassFile.ACC_STATIC) == 0 && !member.startsWith("<");
        if (method && model.flags().has(AccessFlag.INTERFACE)) {
            throw new IllegalStateException("private method of an interface used in its nest: " + member);
        }
        return flags & ~ClassFile.ACC_PRIVATE | (method ? ClassFile.ACC_FINAL : 0);
    }

    private static boolean isCopied(FieldModel field) {
        return field.flags().has(AccessFlag.PRIVATE) && field.findAttribute(Attributes.constantValue()).isPresent()
                && !field.fieldName().equalsString("serialVersionUID");
    }

    private static boolean isRecord(ClassModel model) {
        return model.superclass().filter(s -> s.asInternalName().equals("java/lang/Record")).isPresent();
    }

    /** A record that implements one of the interfaces of trees. */
    private static boolean isNode(ClassModel model) {
        return isRecord(model) && model.interfaces().stream().anyMatch(i -> i.asInternalName().startsWith(NODES));
    }

    /** Of a record that nobody else sees: what the compiler adds, unless it is called. */
    private boolean isUnused(ClassModel model, MethodModel method) {
        String name = method.methodName().stringValue();
        return isObjectMethod(name, method)
                || isAccessor(model, name, method) && !called.contains(model.thisClass().asInternalName() + '.' + name);
    }

    private static boolean isObjectMethod(String name, MethodModel method) {
        return OBJECT_METHODS.contains(name + method.methodType().stringValue())
                && method.code().orElseThrow().elementStream().anyMatch(InvokeDynamicInstruction.class::isInstance);
    }

    private static boolean isAccessor(ClassModel model, String name, MethodModel method) {
        return model.findAttribute(Attributes.record()).stream().flatMap(r -> r.components().stream()).anyMatch(c ->
                c.name().equalsString(name) && method.methodType().equalsString("()" + c.descriptor().stringValue()));
    }
}
