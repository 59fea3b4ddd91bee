package io.moor.shipper.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;

import io.moor.shipper.imports.Regexes.Dialect;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class RegexesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '~',
            value = {
                "^(?<a>x)$ ^(?P<a>x)$",
                "(?'a'x) (?P<a>x)",
                "(?<log-level>x) (?P<log_level>x)",
                "/^a\\/b/ ^a/b",
                "/a.b/im (?is)a.b",
                "(?m:a.b) (?s:a.b)",
                "(?mi-x)a (?si)a",
                "[^\\h]\\h [^0-9A-Fa-f][0-9A-Fa-f]",
                "a(?#note)b ab",
                "x\\Z x\\n?\\z",
                "[]a] [\\]a]",
                "a{,3} a{0,3}",
                "\\<\\d+\\> \\<\\d+\\>",
                "[[:alpha:]_]+ [[:alpha:]_]+",
            })
    void writesOnigmosWordsInThoseOfRe2(String from, String to) throws Untranslatable {
        String translated = Regexes.translate(from, Dialect.ONIGMO);

        assertThat(translated).isEqualTo(to);
        Pattern.compile(translated);
    }

    @Test
    void writesNothingThatTheConfigurationReaderTakesForAReference() throws Untranslatable {
        assertThat(Regexes.translate("a\\${b}", Dialect.GO)).isEqualTo("a[$]{b}");
        assertThat(Regexes.translate("a${2}", Dialect.ONIGMO)).doesNotContain("${");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a(?=b)",
                "a(?!b)",
                "(?<=a)b",
                "(?<!a)b",
                "(?>a)b",
                "(a)\\1",
                "(?<n>a)\\k<n>",
                "a++",
                "a*+b",
                "[a[bc]]",
                "[a-z&&[^b]]",
                "/a b/x",
                "(?x) a",
                "\\Ga",
                "a\\",
                "(a",
                "(?<n>a)(?<n>b)",
                "[[:wrong:]]"
            })
    void saysWhatRe2DoesNotHave(String regex) {
        assertThatThrownBy(() -> Regexes.translate(regex, Dialect.ONIGMO))
                .isInstanceOf(Untranslatable.class)
                .message()
                .isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"\\<ab\\> \\bab\\b", "[[:digit:]]{2} [[:digit:]]{2}"})
    void writesPosixWordsInThoseOfRe2(String from, String to) throws Untranslatable {
        assertThat(Regexes.translate(from, Dialect.POSIX)).isEqualTo(to);
    }

    @Test
    void flagsOfOneAlternativeDoNotReachTheOthers() {
        Pattern any = Pattern.compile(Regexes.any(List.of("(?i)^err", "^warn")));

        assertThat(any.matcher("ERR x").find()).isTrue();
        assertThat(any.matcher("WARN x").find()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b*c", "${x}", "[a](b){c}", "\\d|^$", "plain"})
    void aLiteralFindsItself(String text) {
        String regex = Regexes.literal(text);

        assertThat(Pattern.compile(regex).matcher("<" + text + ">").find()).isTrue();
        assertThat(Pattern.compile("^" + regex + "$").matcher(text + "x").find()).isFalse();
        assertThat(regex).doesNotContain("${");
    }
}
