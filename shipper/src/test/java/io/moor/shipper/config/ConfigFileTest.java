package io.moor.shipper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class ConfigFileTest {

    enum Mode {
        LOOP_MOUNT,
        SYMLINK
    }

    record Everything(
            String text,
            boolean flag,
            int number,
            long bigNumber,
            Mode mode,
            Duration timeout,
            ByteSize maxLine,
            Path directory,
            URI gateway,
            HostPort listen,
            Secret token,
            List<String> names,
            Map<String, String> kafka,
            List<Claim> claims,
            @Nullable String note) {}

    record Claim(String claim, @Default("1GiB") ByteSize size) {
        Claim {
            if (claim.equals("bad")) {
                throw new IllegalArgumentException("the claim 'bad' is bad; name another");
            }
        }
    }

    record Small(
            Secret token,
            @Default("15s") Duration lease,
            @Default("[]") List<Claim> claims,
            @Default("{}") Defaults defaults,
            @Nullable Integer slot) {}

    record Defaults(@Default("2") int retries) {}

    private static final String ALL =
            """
            text: yes
            flag: true
            number: 7
            big-number: 8589934592
            mode: loop-mount
            timeout: 250ms
            max-line: 1MiB
            directory: /var/lib/moor
            gateway: https://moor.internal:8443
            listen: "[::1]:7080"
            token: t0k3n
            names: [a, "${env:NAME}"]
            kafka: {bootstrap.servers: "k1:9092,k2:9092", retries: 5}
            claims:
              - {claim: data, size: 2GiB}
              - claim: logs
            """;

    @TempDir Path directory;

    @Test
    void readsEveryType() throws Exception {
        var read = ConfigFile.parse("moor.yaml", ALL, Everything.class, Map.of("NAME", "b")::get);

        assertThat(read)
                .isEqualTo(
                        new Everything(
                                "yes",
                                true,
                                7,
                                8_589_934_592L,
                                Mode.LOOP_MOUNT,
                                Duration.ofMillis(250),
                                new ByteSize(1 << 20),
                                Path.of("/var/lib/moor"),
                                URI.create("https://moor.internal:8443"),
                                new HostPort("::1", 7080),
                                Secret.parse("t0k3n"),
                                List.of("a", "b"),
                                Map.of("bootstrap.servers", "k1:9092,k2:9092", "retries", "5"),
                                List.of(
                                        new Claim("data", new ByteSize(2L << 30)),
                                        new Claim("logs", new ByteSize(1L << 30))),
                                null));
    }

    @Test
    void fillsDefaults() throws Exception {
        var read = ConfigFile.parse("moor.yaml", "token: x", Small.class);

        assertThat(read)
                .isEqualTo(
                        new Small(
                                Secret.parse("x"),
                                Duration.ofSeconds(15),
                                List.of(),
                                new Defaults(2),
                                null));
    }

    @Test
    void namesTheLineAndTheNearestKey() throws Exception {
        var file = directory.resolve("gateway.yaml");
        Files.writeString(file, "# the gateway\ntokn: x\n");

        assertThat(problems(file))
                .contains(file + ":2: unknown key 'tokn' in gateway.yaml; did you mean 'token'?");
    }

    @Test
    void seesSwappedLetters() {
        assertThat(problems("token: x\nslto: 1\n"))
                .containsExactly(
                        "moor.yaml:2: unknown key 'slto' in moor.yaml; did you mean 'slot'?");
    }

    @Test
    void listsKnownKeysWhenNoneIsNear() {
        assertThat(problems("token: x\nzebra: 1\n"))
                .containsExactly(
                        "moor.yaml:2: unknown key 'zebra' in moor.yaml; known keys are token,"
                                + " lease, claims, defaults, slot");
    }

    @Test
    void reportsAllProblemsAtOnceInTheOrderOfTheFile() {
        assertThat(
                        problems(
                                """
                                lease: 15
                                claims:
                                  - {clam: data}
                                  - {claim: bad}
                                  - {claim: ok, size: big}
                                slot: many
                                """))
                .containsExactly(
                        "moor.yaml:1: missing key 'token' in moor.yaml; add it",
                        "moor.yaml:1: 'lease': '15' is not a duration; write 250ms, 100s, 5m or 1h",
                        "moor.yaml:3: unknown key 'clam' in 'claims[0]'; did you mean 'claim'?",
                        "moor.yaml:3: missing key 'claim' in 'claims[0]'; add it",
                        "moor.yaml:4: the claim 'bad' is bad; name another",
                        "moor.yaml:5: 'size': 'big' is not a size; write 512KiB, 1MiB, 2GiB or a"
                                + " number of bytes",
                        "moor.yaml:6: 'slot': 'many' is not a whole number");
    }

    @Test
    void refusesWrongShapes() {
        assertThat(problems("token: [a]\nclaims: x\ndefaults: 3\nlease:\n"))
                .containsExactly(
                        "moor.yaml:1: 'token' needs a single value here",
                        "moor.yaml:2: 'claims' needs a list here, like [a, b]",
                        "moor.yaml:3: 'key: value' lines are expected in 'defaults'",
                        "moor.yaml:4: 'lease' has no value; give it one or remove the key");
    }

    @Test
    void refusesDuplicateKeys() {
        assertThat(problems("token: a\nslot: 1\ntoken: b\n"))
                .containsExactly(
                        "moor.yaml:3: duplicate key 'token' in moor.yaml; the first is in line 1");
    }

    @Test
    void refusesEmptyAndMultiDocumentFiles() {
        assertThat(problems("# nothing\n"))
                .containsExactly("moor.yaml: the file is empty; write 'key: value' lines");
        assertThat(problems("token: a\n---\ntoken: b\n"))
                .containsExactly(
                        "moor.yaml:3: a second YAML document begins here; one file holds one"
                                + " document");
    }

    @Test
    void explainsBrokenYamlInOneLine() {
        assertThat(problems("token: {a: ${env:X}\n"))
                .singleElement()
                .asString()
                .startsWith("moor.yaml:1: not YAML: ")
                .endsWith("put ${…} in quotes");
        assertThat(problems("token: \"a\n"))
                .singleElement()
                .asString()
                .startsWith("moor.yaml:2: not YAML: ")
                .doesNotContain("\n");
        assertThat(problems("token: !!javax.script.ScriptEngineManager x\n"))
                .singleElement()
                .asString()
                .contains("tag is not allowed");
    }

    @Test
    void explainsUnreadableFiles() throws Exception {
        assertThat(problems(directory.resolve("none.yaml")))
                .singleElement()
                .asString()
                .endsWith("none.yaml: no such file; check the path");
        assertThat(problems(directory)).singleElement().asString().endsWith("name a YAML file");
        var latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'a', (byte) 0xe4});
        assertThat(problems(latin)).singleElement().asString().endsWith("save it as UTF-8");
    }

    @Test
    void readsSecretsFromFilesWithoutTheLastNewline() throws Exception {
        var secret = Files.writeString(directory.resolve("token"), "s3cr3t\n");

        var read = ConfigFile.parse("moor.yaml", "token: ${file:" + secret + "}", Small.class);

        assertThat(read.token().reveal()).isEqualTo("s3cr3t");
        assertThat(read.toString()).doesNotContain("s3cr3t");
    }

    @Test
    void missingReferencesAreProblems() {
        assertThat(problems("token: ${env:MOOR_NOT_SET}\nslot: ${file:/none/x}\nlease: ${x}s\n"))
                .containsExactly(
                        "moor.yaml:1: environment variable 'MOOR_NOT_SET' is not set; set it",
                        "moor.yaml:2: cannot read file /none/x; check that it exists and may be"
                                + " read (NoSuchFileException)",
                        "moor.yaml:3: '${x}' is not known; write ${env:NAME} or"
                                + " ${file:/absolute/path}");
    }

    @Test
    void neverPrintsSecrets() throws Exception {
        var secret = Files.writeString(directory.resolve("token"), "s3cr3t\n");

        assertThat(problems("token: ${file:" + secret + "}\nslot: ${file:" + secret + "}"))
                .containsExactly("moor.yaml:2: 'slot': '***' is not a whole number");
    }

    @Test
    void emptySecretsAreRefused() {
        assertThat(problems("token: ''\n"))
                .containsExactly("moor.yaml:1: 'token': the secret is empty");
    }

    @Test
    void aliasesWork() throws Exception {
        var read =
                ConfigFile.parse(
                        "moor.yaml", "token: &t abc\nclaims: [{claim: *t}]\n", Small.class);

        assertThat(read.claims()).extracting(Claim::claim).containsExactly("abc");
    }

    @Test
    void aBrokenDeclarationIsOurBugNotTheOperators() {
        record Broken(Object anything) {}

        assertThatThrownBy(() -> ConfigFile.parse("moor.yaml", "anything: 1", Broken.class))
                .isInstanceOf(IllegalStateException.class);
    }

    private static List<String> problems(String yaml) {
        try {
            ConfigFile.parse("moor.yaml", yaml, Small.class, name -> null);
        } catch (ConfigException e) {
            return e.problems();
        }
        return List.of();
    }

    private static List<String> problems(Path file) throws IOException {
        try {
            ConfigFile.load(file, Small.class);
        } catch (ConfigException e) {
            return e.problems();
        }
        return List.of();
    }
}
