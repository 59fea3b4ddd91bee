package io.moor.gateway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Output;

import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** A command over the REST API: the options every one of them has, and its end. */
abstract class OperatorCommand implements Callable<Integer> {

    @Mixin private GatewayOptions options = new GatewayOptions();
    @Mixin private Output output = new Output();

    @Override
    public final Integer call() throws Exception {
        try (var api = options.open()) {
            return run(api, output).number();
        }
    }

    abstract ExitCode run(GatewayApi api, Output out) throws Exception;

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
