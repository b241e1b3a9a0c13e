/** The HTTP API as beans of Spring Boot. */
@NullMarked
package dev.corrosion.http.autoconfigure;

import org.jspecify.annotations.NullMarked;
