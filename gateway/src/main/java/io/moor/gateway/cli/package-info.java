/** The command line of Moor: the programs, and the operator's commands over the REST API. */
@NullMarked
package io.moor.gateway.cli;

import org.jspecify.annotations.NullMarked;
