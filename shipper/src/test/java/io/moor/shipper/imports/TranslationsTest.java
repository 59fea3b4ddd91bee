package io.moor.shipper.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.imports.TagPattern.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Tags, globs and formats of times. */
class TranslationsTest {

    @ParameterizedTest
    @CsvSource({
        "*, kube.*, /var/log/*.log, ALL",
        "kube.*, kube.*, /var/log/*.log, ALL",
        "kube.var.log.*, kube.*, /var/log/*.log, ALL",
        "kube.var.log.nginx*, kube.*, /var/log/*.log, SOME",
        "kube.var.lib.*, kube.*, /var/log/*.log, NONE",
        "app, app, /a, ALL",
        "app, app2, /a, NONE",
        "kube.*, kube.<pod>.<name>, /a, ALL",
        "kube.x.*, kube.<pod>, /a, SOME",
        "a*c, abc, /a, ALL",
        "*.log, t.*, /x/*.txt, NONE",
    })
    void tellsWhichTagsAPatternMeets(String pattern, String tag, String glob, Covers covers) {
        assertThat(TagPattern.covers(pattern, TagPattern.expand(tag, glob))).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource({
        "'\\.gz$', /var/log/a.gz, /var/log/a.gz.log",
        "'\\.(gz|zip)$', /var/log/a.zip, /var/log/azip",
        "'^/var/log/old', /var/log/old/x/y.log, /x/var/log/old/y.log",
        "'debug', /srv/debug/a.log, /srv/release/a.log",
        "'/tmp/.*/x', /tmp/a/x, /tmp/x",
        "'.*\\.1', /a/b.1, /a/b.2",
    })
    void writesPatternsOfPathsAsGlobs(String regex, String found, String notFound)
            throws Untranslatable {
        String glob = Globs.ofRegex(regex);

        assertThat(matches(glob, found)).as(glob).isTrue();
        assertThat(matches(glob, notFound)).as(glob).isFalse();
    }

    /** As the shipper does: a glob without a slash is one of names. */
    private static boolean matches(String glob, String path) {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        Path whole = Path.of(path);
        return matcher.matches(whole)
                || (!glob.contains("/") && matcher.matches(whole.getFileName()));
    }

    @Test
    void saysWhichPatternsOfPathsAreNoGlobs() {
        assertThatThrownBy(() -> Globs.ofRegex("a(b|c)d")).isInstanceOf(Untranslatable.class);
        assertThatThrownBy(() -> Globs.ofRegex("\\d+")).isInstanceOf(Untranslatable.class);
    }

    @Test
    void keepsReferencesAndEscapesBraces() {
        assertThat(Globs.of("${env:D}/{a}[^b]*.log", false)).isEqualTo("${env:D}/\\{a\\}[!b]*.log");
        assertThat(Globs.of("/{a,b}.log", true)).isEqualTo("/{a,b}.log");
    }

    @ParameterizedTest
    @CsvSource({
        "'%d/%b/%Y:%H:%M:%S %z', '21/Nov/2026:21:08:09 +0100', 2026-11-21T20:08:09Z",
        "'%Y-%m-%dT%H:%M:%S.%L%z', '2026-11-21T21:08:09.123456Z', 2026-11-21T21:08:09.123456Z",
        "'%Y-%m-%d %H:%M:%S,%L %z', '2026-11-21 21:08:09,250 +00:00', 2026-11-21T21:08:09.250Z",
    })
    void readsTimesAsFluentBitDoes(String format, String time, OffsetDateTime instant)
            throws Untranslatable {
        var read =
                DateTimeFormatter.ofPattern(TimeFormats.ofStrptime(format), Locale.ENGLISH)
                        .parse(time, OffsetDateTime::from);

        assertThat(read.toInstant()).isEqualTo(instant.toInstant());
    }

    @ParameterizedTest
    @CsvSource({
        "'02/Jan/2006:15:04:05 -0700', '21/Nov/2026:21:08:09 +0100', 2026-11-21T20:08:09Z",
        "'2006-01-02 15:04:05.000 Z07:00', '2026-11-21 21:08:09.250 Z', 2026-11-21T21:08:09.250Z",
    })
    void readsTimesAsFilebeatDoes(String layout, String time, OffsetDateTime instant)
            throws Untranslatable {
        var read =
                DateTimeFormatter.ofPattern(TimeFormats.ofGo(layout), Locale.ENGLISH)
                        .parse(time, OffsetDateTime::from);

        assertThat(read.toInstant()).isEqualTo(instant.toInstant());
    }

    @Test
    void knowsTheFormatsThatHaveNames() throws Untranslatable {
        assertThat(TimeFormats.ofStrptime("%s")).isEqualTo("unix");
        assertThat(TimeFormats.ofStrptime("%Y-%m-%dT%H:%M:%S.%LZ")).isEqualTo("rfc3339");
        assertThat(TimeFormats.ofGo("UNIX_MS")).isEqualTo("unix-ms");
        assertThat(TimeFormats.ofGo("2006-01-02T15:04:05Z07:00")).isEqualTo("rfc3339");
        assertThatThrownBy(() -> TimeFormats.ofStrptime("%b %d %H:%M:%S"))
                .hasMessageContaining("year");
    }
}
