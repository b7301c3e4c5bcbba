// The part of the language under `when:`.
#include "profiles/language/language.hpp"

#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/fault.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

std::string time_objection(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return "";
    return text.substr(0, dots) == text.substr(dots + 2) ? "the range is no longer than a moment"
                                                         : "";
}

const Shape& header_shape() {
    static const Shape shape = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of header fields and patterns";
        map.key_expected = "a header field's name";
        map.key_pattern = "^[\\x21-\\x39\\x3b-\\x7e]{1,64}$"; // RFC 5322 §3.6.8
        map.item = &pattern_shape();
        return compile(std::move(map));
    }();
    return shape;
}

const Shape& per_shape() {
    static const Shape shape = [] {
        Shape word;
        word.expected = "one of session, run, sender, recipient, client";
        for (const std::string_view name : faults::per_names) word.words.emplace_back(name);
        return word;
    }();
    return shape;
}

} // namespace

const Shape& conditions_shape() {
    static const Shape time =
        text_like("a range of times such as 14:00..14:05",
                  "^(([01][0-9]|2[0-3]):[0-5][0-9]\\.\\.(([01][0-9]|2[0-3]):[0-5][0-9])?|"
                  "\\.\\.([01][0-9]|2[0-3]):[0-5][0-9])$",
                  time_objection);
    static const Shape state = text_like("a state's name of lower-case letters, digits and hyphens",
                                         "^[a-z0-9]+(-[a-z0-9]+)*$");
    static const Shape shape = [] {
        Shape record;
        record.form = Form::record;
        record.definition = "conditions";
        record.summary =
            "All the given conditions must match. Captures of patterns are numbered in the "
            "order client, helo, command, number, user, sender, recipient, header, body.";
        record.expected = "a map of conditions";
        record.keys = {
            {"sender", &pattern_shape(), "The reverse-path's mailbox."},
            {"recipient", &pattern_shape(),
             "The recipient of the command or reply; otherwise any recipient so far."},
            {"helo", &pattern_shape(), "The name in the client's HELO, EHLO or LHLO."},
            {"command", &pattern_shape(),
             "The command line without its line end; with `at: dns` the name in the query."},
            {"client", &pattern_shape(), "The client's IP address."},
            {"number", &pattern_shape(), "At dial-up stages: the number that was dialled."},
            {"header", &header_shape(), "With `at: message`: fields of the message."},
            {"body", &pattern_shape(), "With `at: message`: the body, after the header."},
            {"user", &pattern_shape(),
             "The user who has logged in; with `at: auth` the user who tries to log in, when it is "
             "known."},
            {"tls", &bool_shape(), "Whether the connection uses TLS."},
            {"size", &size_range_shape(),
             "The message's size in octets; before the message, the size that SIZE= declared."},
            {"bytes", &count_shape(),
             "With `at: content` only: after this number of octets of the message."},
            {"session", &count_range_shape(),
             "The number of the session since the server started; at dial-up stages the number of "
             "the call."},
            {"elapsed", &duration_range_shape(), "The time since the session began."},
            {"time", &time,
             "The time of day in server.zone: `14:00..14:05`, `..14:05`, `22:00..06:00`."},
            {"state", &state,
             "The state that an effect `set` has set; initially: initial. Each session has its own "
             "state, unless per is set."},
            {"probability", &odds_shape(), "By chance, drawn from the seed."},
            {"rate", &rate_shape(),
             "The rate is higher than this: `30/min`. Counted per run, unless per is set."},
            {"nth", &count_range_shape(),
             "At the n-th match of the other conditions. Counted per session, unless per is set."},
            {"every", &count_shape(), "At every n-th match. Counted like nth."},
            {"after", &count_shape(), "After this number of matches. Counted like nth."},
            {"times", &count_shape(),
             "At most this number of times. Counted per run, unless per is set."},
            {"per", &per_shape(),
             "What nth, every, after, times, rate and state are counted for: each session, run, "
             "sender, recipient or client."},
        };
        return record;
    }();
    return shape;
}

} // namespace smtpsim::profiles
