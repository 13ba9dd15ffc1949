package dev.thimble.wasm;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The engine's rooms and the direction of imports between them; what holds for the whole project is tested above it. */
class ArchitectureTest {
    private static final String BASE = "dev.thimble.wasm";

    @Test
    void importsPointDown() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("wasi").definedBy(BASE + ".wasi")
                .layer("root").definedBy(BASE)
                .layer("debug").definedBy(BASE + ".debug")
                .layer("link").definedBy(BASE + ".link")
                .layer("control").definedBy(BASE + ".control")
                .layer("translate").definedBy(BASE + ".translate")
                .layer("execute").definedBy(BASE + ".execute..")
                .layer("validate").definedBy(BASE + ".validate")
                .layer("binary").definedBy(BASE + ".binary")
                .layer("structure").definedBy(BASE + ".structure")
                .layer("opcode").definedBy(BASE + ".opcode")
                .layer("api").definedBy(BASE + ".api")
                .whereLayer("debug").mayOnlyBeAccessedByLayers("root", "link")
                .whereLayer("link").mayOnlyBeAccessedByLayers("root")
                .whereLayer("translate").mayOnlyBeAccessedByLayers("root")
                .whereLayer("validate").mayOnlyBeAccessedByLayers("root")
                .whereLayer("control").mayOnlyBeAccessedByLayers("root")
                .whereLayer("execute").mayOnlyBeAccessedByLayers("root", "link", "control", "debug", "translate")
                .whereLayer("binary").mayOnlyBeAccessedByLayers("root", "link", "debug", "translate", "validate")
                .whereLayer("structure").mayOnlyBeAccessedByLayers("root", "link", "control", "debug", "translate", "validate", "binary",
                        "execute")
                .whereLayer("root").mayOnlyBeAccessedByLayers("wasi")
                .whereLayer("wasi").mayNotBeAccessedByAnyLayer()
                .whereLayer("wasi").mayOnlyAccessLayers("root", "api")
                .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(BASE));
    }
}
