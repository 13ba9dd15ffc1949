import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives the classes of a jar that were compiled for Java 5 the class file version of Java 8, with the stack maps that it
 * wants. The JVM archives no older classes, and verifies them the slow way: for picocli, which every command needs, that
 * was a third of the time of a start. Nothing else changes; a jar whose classes are newer is left alone.
 *
 * <p>Usage: {@code java ClassUpgrade.java JAR…}
 */
public final class ClassUpgrade {
    private static final int OLDEST = ClassFile.JAVA_8_VERSION;

    private final FileSystem jar;
    private final ClassFile tool;

    private ClassUpgrade(FileSystem jar) {
        this.jar = jar;
        tool = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this::open)));
    }

    public static void main(String[] arguments) throws IOException {
        for (String argument : arguments) {
            try (FileSystem jar = FileSystems.newFileSystem(Path.of(argument))) {
                new ClassUpgrade(jar).upgrade();
            }
        }
    }

    private void upgrade() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(jar.getPath("/"))) {
            files = all.filter(f -> f.toString().endsWith(".class") && !f.startsWith("/META-INF")).toList();
        }
        for (Path file : files) {
            ClassModel model = tool.parse(Files.readAllBytes(file));
            if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
                Files.write(file, upgrade(model));
            }
        }
    }

    private byte[] upgrade(ClassModel model) {
        return tool.transformClass(model, (to, element) -> {
            switch (element) {
                case ClassFileVersion old -> to.withVersion(OLDEST, 0);
                case MethodModel method -> to.transformMethod(method, (body, part) -> {
                    if (part instanceof CodeModel code) {
                        body.transformCode(code, CodeTransform.ACCEPT_ALL);
                    } else {
                        body.with(part);
                    }
                });
                default -> to.with(element);
            }
        });
    }

    private InputStream open(ClassDesc type) {
        String name = type.descriptorString().substring(1, type.descriptorString().length() - 1) + ".class";
        try {
            Path file = jar.getPath(name);
            return Files.exists(file) ? Files.newInputStream(file) : ClassLoader.getSystemResourceAsStream(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
