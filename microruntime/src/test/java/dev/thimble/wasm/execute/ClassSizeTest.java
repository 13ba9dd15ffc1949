package dev.thimble.wasm.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * HotSpot's limits on the size of methods, in bytes of code: it never compiles one over 8000, C2 inlines hot ones up
 * to 325, and C1 up to 35.
 */
class ClassSizeTest {
    private static final int HUGE = 8000;
    private static final int HOT = 325;
    private static final int SMALL = 35;
    private static final int NODE_CLASSES = 350;

    private static List<ClassModel> classes() throws IOException {
        Path root = Path.of("target", "classes");
        List<ClassModel> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                classes.add(ClassFile.of().parse(file));
            }
        }
        return classes;
    }

    private static String name(ClassModel c, MethodModel m) {
        return c.thisClass().asInternalName() + '.' + m.methodName().stringValue();
    }

    private static int size(MethodModel m) {
        return m.findAttribute(java.lang.classfile.Attributes.code()).map(CodeAttribute::codeLength).orElse(0);
    }

    private static boolean isNode(ClassModel c) {
        return !c.flags().has(AccessFlag.INTERFACE) && c.interfaces().stream().map(i -> i.asInternalName())
                .anyMatch(i -> i.endsWith("execute/Stmt") || i.contains("execute/Node"));
    }

    private static boolean isExecution(MethodModel m) {
        String name = m.methodName().stringValue();
        return name.startsWith("exec") || name.equals("test") || name.equals("bits");
    }

    @Test
    void noMethodIsTooLargeToCompile() throws IOException {
        for (ClassModel c : classes()) {
            for (MethodModel m : c.methods()) {
                assertTrue(size(m) <= HUGE, () -> name(c, m) + " has " + size(m) + " bytes");
            }
        }
    }

    @Test
    void shortFunctionCanBeInlined() throws IOException {
        int[] sizes = classes().stream().filter(c -> c.thisClass().asInternalName().endsWith("/SmallFunction"))
                .flatMap(c -> c.methods().stream()).filter(m -> m.methodName().equalsString("run")).mapToInt(ClassSizeTest::size).toArray();
        assertEquals(1, sizes.length);
        assertTrue(sizes[0] <= HOT, sizes[0] + " bytes");
    }

    @Test
    void shortListsFitTheLimitThatTheLauncherSets() throws IOException {
        int[] sizes = classes().stream().filter(c -> c.thisClass().asInternalName().matches(".*/(Short|Outer)List"))
                .flatMap(c -> c.methods().stream()).filter(m -> m.methodName().equalsString("exec")).mapToInt(ClassSizeTest::size).toArray();
        assertEquals(2, sizes.length);
        for (int size : sizes) {
            assertTrue(size <= ShortList.INLINED_SIZE, size + " bytes");
        }
    }

    @Test
    void everyNodeCanBeInlined() throws IOException {
        int nodes = 0;
        int small = 0;
        for (ClassModel c : classes()) {
            if (!isNode(c)) {
                continue;
            }
            nodes++;
            for (MethodModel m : c.methods()) {
                // A long list is a call away from what is around it.
                if (isExecution(m) && !c.thisClass().asInternalName().matches(".*/(LongAnchor|FunctionAnchor|RegisterLoop)")) {
                    assertTrue(size(m) <= HOT, () -> name(c, m) + " has " + size(m) + " bytes");
                    small += size(m) <= SMALL ? 1 : 0;
                }
            }
        }
        assertTrue(nodes > 200 && nodes <= NODE_CLASSES, nodes + " classes of nodes");
        assertTrue(small > nodes * 3 / 4, small + " small methods in " + nodes + " classes");
    }

    @Test
    void generatedNodesAreSmallEnoughForC1() throws IOException {
        for (ClassModel c : classes()) {
            String simple = c.thisClass().asInternalName().substring(c.thisClass().asInternalName().lastIndexOf('/') + 1);
            if (isNode(c) && simple.matches("[IF](32|64)\\w+")) {
                for (MethodModel m : c.methods()) {
                    if (isExecution(m)) {
                        assertTrue(size(m) <= SMALL, () -> name(c, m) + " has " + size(m) + " bytes");
                    }
                }
            }
        }
    }

    @Test
    void nodesAreRecords() throws IOException {
        // Fields of other classes are not trusted to be constant; these few are not meant to be folded.
        List<String> others = classes().stream().filter(c -> isNode(c) && c.superclass().isPresent()
                        && !c.superclass().get().asInternalName().equals("java/lang/Record"))
                .map(c -> c.thisClass().asInternalName()).filter(n -> !n.matches(".*/(Node\\$\\w+|\\w*Anchor|RegisterLoop|SmallFunction)")).sorted().toList();
        assertEquals(List.of("dev/thimble/wasm/execute/Continuation", "dev/thimble/wasm/execute/FunctionCode",
                "dev/thimble/wasm/execute/FunctionLists", "dev/thimble/wasm/translate/SwitchBuilder"), others);
    }
}
