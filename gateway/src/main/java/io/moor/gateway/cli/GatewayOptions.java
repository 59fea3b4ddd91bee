package io.moor.gateway.cli;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.config.Secret;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which gateway to talk to, and as whom. A token is never an argument: {@code ps} shows those. */
final class GatewayOptions {

    private static final String DEFAULT = "http://127.0.0.1:7080";

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "The gateway's address. Default: $MOOR_GATEWAY, or " + DEFAULT + ".")
    private @Nullable URI gateway;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the operator's token. Default: the token in $MOOR_TOKEN.")
    private @Nullable Path tokenFile;

    GatewayApi open() {
        return new GatewayApi(address(), token());
    }

    private URI address() {
        var chosen = gateway != null ? gateway : fromEnvironment();
        var http = "http".equals(chosen.getScheme()) || "https".equals(chosen.getScheme());
        if (!http || chosen.getHost() == null) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "'" + chosen + "' is not the address of a gateway; write it like " + DEFAULT);
        }
        return chosen;
    }

    private static URI fromEnvironment() {
        var text = System.getenv("MOOR_GATEWAY");
        try {
            return URI.create(text == null || text.isBlank() ? DEFAULT : text.strip());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "MOOR_GATEWAY is not an address; write it like " + DEFAULT, e);
        }
    }

    private Secret token() {
        if (tokenFile == null) {
            var token = System.getenv("MOOR_TOKEN");
            if (token == null || token.isBlank()) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "no operator's token; name its file with --token-file, or put it into"
                                + " MOOR_TOKEN");
            }
            return Secret.parse(token.strip());
        }
        try {
            return Secret.parse(Files.readString(tokenFile).strip());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "cannot read the token file " + tokenFile + "; check the path and its rights",
                    e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "the token file " + tokenFile + " is empty", e);
        }
    }
}
