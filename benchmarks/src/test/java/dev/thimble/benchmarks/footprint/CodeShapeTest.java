package dev.thimble.benchmarks.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.wasm.WasmModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HotSpot's limits on what it compiles and inlines, checked on the class files of the engine. */
class CodeShapeTest {
    /** HotSpot never compiles a longer method ({@code -XX:-DontCompileHugeMethods} aside). */
    private static final int HUGE_METHOD = 8000;
    /** C2 never inlines a longer method, however hot ({@code FreqInlineSize}). */
    private static final int LARGEST_INLINED = 325;
    /** Each class costs some 500 bytes of jar. */
    private static final int MOST_NODE_CLASSES = 350;
    private static final String TRIVIAL = "-XX:MaxTrivialSize=";
    private static final Set<String> ROOTS = Set.of("dev/thimble/wasm/execute/Node", "dev/thimble/wasm/execute/Stmt");

    private static final Map<String, ClassModel> CLASSES = new HashMap<>();

    @BeforeAll
    static void parse() throws IOException {
        var packed = new ByteArrayOutputStream();
        Jars.pack(WasmModule.class, file -> file.endsWith(".class"), packed);
        try (var jar = new JarInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
            while (jar.getNextEntry() != null) {
                ClassModel parsed = ClassFile.of().parse(jar.readAllBytes());
                CLASSES.put(parsed.thisClass().asInternalName(), parsed);
            }
        }
        assertTrue(CLASSES.keySet().containsAll(ROOTS), "the engine has its nodes: " + CLASSES.size() + " classes");
    }

    @Test
    void noMethodIsTooLongToBeCompiled() {
        assertEquals(List.of(), methodsOver(HUGE_METHOD, CLASSES.values().stream().toList(), ""));
    }

    @Test
    void everyNodeCanBeInlined() {
        // All but the anchors of long lists, which are called.
        assertEquals(List.of("dev/thimble/wasm/execute/LongAnchor.exec"),
                methodsOver(LARGEST_INLINED, nodes(), "exec").stream().map(m -> m.substring(0, m.indexOf(':'))).sorted().toList());
    }

    /** A larger one stays out of line when its parent has been compiled with too few counts of its own (see {@code docs/rationale.md}). */
    @Test
    void everyExpressionOfNumbersIsInlinedWhateverTheProfileSays() {
        int trivial = Engine.LAUNCHER_FLAGS.stream().filter(f -> f.startsWith(TRIVIAL))
                .mapToInt(f -> Integer.parseInt(f.substring(TRIVIAL.length()))).findFirst().orElseThrow();
        List<ClassModel> ofNumbers = nodes().stream().filter(c -> !isOfObjects(c)).toList();
        for (String method : List.of("execI", "execL", "execF", "execD", "test")) {
            assertEquals(List.of(), methodsOver(trivial, ofNumbers, method), method);
        }
    }

    @Test
    void nodeClassesAreFew() {
        int count = nodes().size();
        System.out.println("node classes: " + count + ", at most " + MOST_NODE_CLASSES);
        assertTrue(count > 50 && count <= MOST_NODE_CLASSES, "there are " + count);
    }

    private static List<ClassModel> nodes() {
        return CLASSES.values().stream()
                .filter(c -> !c.flags().has(AccessFlag.ABSTRACT) && isNode(c.thisClass().asInternalName())).toList();
    }

    /** Whether its package is that of vectors or of the heap: their operands and results are objects anyway. */
    private static boolean isOfObjects(ClassModel c) {
        return c.thisClass().asInternalName().matches(".*/(simd|gc)/[^/]*");
    }

    private static boolean isNode(String name) {
        if (ROOTS.contains(name)) {
            return true;
        }
        ClassModel c = CLASSES.get(name);
        return c != null && (c.superclass().map(s -> isNode(s.asInternalName())).orElse(false)
                || c.interfaces().stream().anyMatch(i -> isNode(i.asInternalName())));
    }

    private static List<String> methodsOver(int limit, List<ClassModel> classes, String prefix) {
        var over = new ArrayList<String>();
        for (ClassModel c : classes) {
            for (MethodModel m : c.methods()) {
                int length = m.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
                if (m.methodName().stringValue().startsWith(prefix) && length > limit) {
                    over.add(c.thisClass().asInternalName() + "." + m.methodName() + ": " + length);
                }
            }
        }
        return over;
    }
}
