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
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.MethodParametersAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes out of compiled nodes what nobody calls. Nodes are records because HotSpot trusts a record's fields, not
 * because anybody compares or prints them; the compiler's {@code toString}, {@code hashCode} and {@code equals} with their
 * bootstrap entries, accessors that nobody calls, and the line numbers of methods of one or two lines, are half of such
 * a class.
 *
 * <p>Usage: {@code java NodeSlimmer.java target/classes}. It may run again over its own output.
 */
public final class NodeSlimmer {
    private static final String PACKAGE = "dev/thimble/wasm/execute/";
    private static final Set<String> OBJECT_METHODS =
            Set.of("toString()Ljava/lang/String;", "hashCode()I", "equals(Ljava/lang/Object;)Z");

    private final Path root;
    private final ClassFile tool;
    private final Set<String> called = new HashSet<>();

    private NodeSlimmer(Path root) {
        this.root = root;
        tool = ClassFile.of(ConstantPoolSharingOption.NEW_POOL,
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this::open)));
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        NodeSlimmer slimmer = new NodeSlimmer(root);
        List<Path> files;
        try (Stream<Path> all = Files.walk(root.resolve(PACKAGE))) {
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
        if (isNode(model) && model.methods().stream().anyMatch(m -> isUnused(model, m))) {
            Files.write(file, tool.transformClass(model, (builder, element) -> {
                if (element instanceof MethodModel method) {
                    if (!isUnused(model, method)) {
                        builder.transformMethod(method, (to, part) -> {
                            if (part instanceof CodeModel code) {
                                to.transformCode(code, (into, instruction) -> {
                                    if (!(instruction instanceof LineNumber)) {
                                        into.with(instruction);
                                    }
                                });
                            } else if (!(part instanceof MethodParametersAttribute)) {
                                to.with(part);
                            }
                        });
                    }
                } else if (!(element instanceof InnerClassesAttribute || element instanceof SourceFileAttribute)) {
                    builder.with(element);
                }
            }));
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
