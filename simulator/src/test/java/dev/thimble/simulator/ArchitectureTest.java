package dev.thimble.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.base.DescribedPredicate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house stays as it was drawn: imports point one way, rooms have no cycles, files can be read in one sitting. */
@AnalyzeClasses(packages = "dev.thimble", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ENGINE = "dev.thimble.wasm..";
    private static final String HAL = "dev.thimble.hal..";
    private static final String MQTT = "dev.thimble.mqtt..";
    private static final String OTA = "dev.thimble.ota..";
    private static final String AGENT = "dev.thimble.agent..";
    private static final String SIMULATOR = "dev.thimble.simulator..";

    private static final int MAX_LINES = 500;

    /** Files that may be longer, each with the reason. The list may only shrink. */
    private static final Map<String, String> LONG_FILES = Map.of(
        "microruntime/src/main/java/dev/thimble/wasm/translate/BlockTranslator.java",
        "one case for each structured instruction over one block stack");

    @ArchTest
    static final ArchRule THE_ENGINE_KNOWS_NOBODY = noClasses().that().resideInAPackage(ENGINE)
        .should().dependOnClassesThat().resideInAnyPackage(HAL, MQTT, OTA, AGENT, SIMULATOR);

    @ArchTest
    static final ArchRule THE_ENGINE_NEEDS_JAVA_BASE_ALONE = noClasses().that().resideInAPackage(ENGINE)
        .and().haveNameNotMatching(".*\\.(RegisterTrial|InliningLimits)")
        .should().dependOnClassesThat(new DescribedPredicate<>("are outside java.base") {
            @Override
            public boolean test(JavaClass type) {
                String name = type.getBaseComponentType().getPackageName();
                return !type.getBaseComponentType().isPrimitive() && !name.startsWith("dev.thimble.wasm")
                    && !Object.class.getModule().getPackages().contains(name);
            }
        }).because("images of Java for devices may have nothing else; where jdk.management is missing, those two classes are never loaded");

    @ArchTest
    static final ArchRule THE_HARDWARE_LAYER_KNOWS_THE_ENGINE_ALONE = noClasses().that().resideInAPackage(HAL)
        .should().dependOnClassesThat().resideInAnyPackage(MQTT, OTA, AGENT, SIMULATOR);

    @ArchTest
    static final ArchRule THE_LINK_KNOWS_ITSELF = noClasses().that().resideInAPackage(MQTT)
        .should().dependOnClassesThat().resideInAnyPackage(ENGINE, HAL, OTA, AGENT, SIMULATOR);

    @ArchTest
    static final ArchRule THE_UPDATER_KNOWS_ITSELF = noClasses().that().resideInAPackage(OTA)
        .should().dependOnClassesThat().resideInAnyPackage(ENGINE, HAL, MQTT, AGENT, SIMULATOR);

    @ArchTest
    static final ArchRule NOTHING_IMPORTS_THE_SIMULATOR = noClasses().that().resideOutsideOfPackage(SIMULATOR)
        .should().dependOnClassesThat().resideInAPackage(SIMULATOR);

    @ArchTest
    static final ArchRule PAHO_IS_HIDDEN_BEHIND_THE_LINK = noClasses().that().resideOutsideOfPackage(MQTT)
        .and().haveNameNotMatching(".*\\.(Subscriber(\\$.*)?|Observer|FleetObserver)")
        .should().dependOnClassesThat().resideInAPackage("org.eclipse.paho..")
        .because("another client must be able to replace it; the observers of demo and fleet are independent of our link on purpose");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("dev.thimble.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule EVERYTHING_HAS_A_HOME = classes().should()
        .resideInAnyPackage(ENGINE, HAL, MQTT, OTA, AGENT, SIMULATOR, "dev.thimble.samples..", "dev.thimble.benchmarks..");

    @Test
    void filesCanBeReadInOneSitting() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        assertTrue(Files.exists(root.resolve("microruntime/pom.xml")), "the test runs in the module's folder, not in " + root);
        Map<String, String> tooLong = new TreeMap<>();
        for (String module : new String[] {"microruntime", "device-hal", "mqtt-bridge", "ota-updater", "device-agent", "simulator"}) {
            try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    long lines;
                    try (Stream<String> text = Files.lines(file)) {
                        lines = text.count();
                    }
                    String name = root.relativize(file).toString().replace('\\', '/');
                    if (lines > MAX_LINES && !LONG_FILES.containsKey(name)) {
                        tooLong.put(name, lines + " lines");
                    }
                }
            }
        }
        assertEquals(Map.of(), tooLong, "split these, or name them in LONG_FILES with a reason");
    }
}
