import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.EnclosingMethodAttribute;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.MethodParametersAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes out of compiled classes what a device has no use for: line numbers, which are of use to who works on the engine, and
 * of classes that nobody compiles against the signatures and the list of inner classes.
 *
 * <p>Out of nodes it takes what nobody calls as well. Nodes are records because HotSpot trusts a record's fields, not
 * because anybody compares or prints them; the compiler's {@code toString}, {@code hashCode} and {@code equals} with their
 * bootstrap entries, and accessors that nobody calls, are half of such a class.
 *
 * <p>Usage: {@code java NodeSlimmer.java target/classes keep-lines?}. It may run again over its own output.
 */
public final class NodeSlimmer {
    private static final String PACKAGE = "dev/thimble/wasm/execute/";
    private static final Set<String> OBJECT_METHODS =
            Set.of("toString()Ljava/lang/String;", "hashCode()I", "equals(Ljava/lang/Object;)Z");

    private final Path root;
    private final ClassFile tool;
    /** Keeps the pool of constants, and with it the code's bytes and the stack maps made for them: others might name more classes. */
    private final ClassFile careful;
    private final boolean keepLines;
    private final Set<String> called = new HashSet<>();

    private NodeSlimmer(Path root, boolean keepLines) {
        this.root = root;
        this.keepLines = keepLines;
        var classes = ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this::open));
        tool = ClassFile.of(ConstantPoolSharingOption.NEW_POOL, classes);
        careful = ClassFile.of(ConstantPoolSharingOption.SHARED_POOL, classes);
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        NodeSlimmer slimmer = new NodeSlimmer(root, arguments.length > 1 && Boolean.parseBoolean(arguments[1]));
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(f -> f.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            slimmer.note(file);
        }
        for (Path file : files) {
            slimmer.slim(file);
        }
    }

    /** Notes the methods that a class calls. */
    private void note(Path file) throws IOException {
        for (PoolEntry entry : tool.parse(Files.readAllBytes(file)).constantPool()) {
            if (entry instanceof MethodRefEntry member) {
                called.add(member.owner().asInternalName() + '.' + member.name().stringValue());
            }
        }
    }

    private void slim(Path file) throws IOException {
        ClassModel model = tool.parse(Files.readAllBytes(file));
        boolean node = isNode(model);
        boolean internal = !model.flags().has(AccessFlag.PUBLIC);
        byte[] slim = (node ? tool : careful).transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method) {
                if (!node || !isUnused(model, method)) {
                    builder.transformMethod(method, (to, part) -> {
                        if (part instanceof CodeModel code) {
                            to.transformCode(code, (into, instruction) -> {
                                if (!(instruction instanceof LineNumber) || keepLines && !node) {
                                    into.with(instruction);
                                }
                            });
                        } else if (!(internal && (part instanceof MethodParametersAttribute || part instanceof SignatureAttribute))) {
                            to.with(part);
                        }
                    });
                }
            } else if (element instanceof FieldModel field && internal) {
                builder.transformField(field, (to, part) -> {
                    if (!(part instanceof SignatureAttribute)) {
                        to.with(part);
                    }
                });
            } else if (!(internal && (element instanceof InnerClassesAttribute || element instanceof EnclosingMethodAttribute
                    || element instanceof SignatureAttribute) || element instanceof SourceFileAttribute && !keepLines)) {
                builder.with(element);
            }
        });
        if (slim.length < Files.size(file)) {
            Files.write(file, slim);
        }
    }

    /** A record that implements one of the interfaces of trees. */
    private static boolean isNode(ClassModel model) {
        return model.superclass().filter(s -> s.asInternalName().equals("java/lang/Record")).isPresent()
                && model.interfaces().stream().anyMatch(i -> i.asInternalName().startsWith(PACKAGE));
    }

    private boolean isUnused(ClassModel model, MethodModel method) {
        String name = method.methodName().stringValue();
        return OBJECT_METHODS.contains(name + method.methodType().stringValue())
                || isAccessor(model, name, method) && !called.contains(model.thisClass().asInternalName() + '.' + name);
    }

    private static boolean isAccessor(ClassModel model, String name, MethodModel method) {
        return model.findAttribute(Attributes.record()).stream().flatMap(r -> r.components().stream()).anyMatch(c ->
                c.name().equalsString(name) && method.methodType().equalsString("()" + c.descriptor().stringValue()));
    }

    private InputStream open(ClassDesc type) {
        String name = type.descriptorString().substring(1, type.descriptorString().length() - 1) + ".class";
        try {
            Path file = root.resolve(name);
            return Files.exists(file) ? Files.newInputStream(file) : ClassLoader.getSystemResourceAsStream(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
