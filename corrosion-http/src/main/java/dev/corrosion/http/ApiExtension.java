package dev.corrosion.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Serves paths beside those of the API, on the same ports, for the same tokens, and within the same limits. */
public interface ApiExtension {

    /** Where its paths begin, such as {@code /v1/agent/}. The API's own paths come first. */
    List<String> roots();

    /**
     * Answers on a thread that may wait for the database.
     *
     * @throws ApiException with the status and the text of the answer; whatever else is thrown becomes a 400 if it is an {@link
     *     IllegalArgumentException}, and a 500 otherwise
     */
    ApiResponse answer(Call call);

    /**
     * A request, whole.
     *
     * @param method such as PUT. A page in a browser can be made to send GET and POST here: nothing but other methods may change
     *     anything, unless the body must be declared as JSON
     * @param path begins with one of the roots
     * @param query the first value of each parameter
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Call(String method, String path, Map<String, String> query, byte[] body, Permissions permissions) {

        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** What the caller may do. */
    interface Permissions {

        /**
         * Passes if the caller may read the table.
         *
         * @throws ApiException if not
         */
        void requireRead(String table);

        /**
         * Passes if the caller may write to the table.
         *
         * @throws ApiException if not
         */
        void requireWrite(String table);
    }
}
