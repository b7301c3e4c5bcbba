// The part of the language behind `faults:`.
#include "profiles/language.hpp"

#include "faults/effect.hpp"
#include "profiles/octets.hpp"
#include "sim/smtp/stage.hpp"

namespace smtpsim::profiles {
namespace {

std::string octets_objection(std::string_view text) { return decode_octets(text).wrong; }

const Shape& at_shape() {
    static const Shape stage = [] {
        Shape word;
        word.definition = "stage";
        word.summary = "A point of the conversation, or `any`.";
        word.expected = "a stage such as rcpt";
        for (const smtp::StageRow& row : smtp::stage_table) word.words.emplace_back(row.name);
        word.words.emplace_back("any");
        word.refused = not_supported({"starttls", "tls", "auth", "bdat", "init", "dial", "carrier",
                                      "hangup", "lcp", "ppp-auth", "ipcp"});
        return word;
    }();
    static const Shape stages = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of stages";
        list.not_empty = true;
        list.item = &stage;
        return list;
    }();
    static const Shape shape = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.expected = "a stage such as rcpt, or a list of stages";
        choice.alternatives = {&stage, &stages};
        return choice;
    }();
    return shape;
}

const Shape& when_shape() {
    static const Shape shape = [] {
        Shape record;
        record.form = Form::record;
        record.expected = "a map of conditions";
        record.keys = {
            {"nth", &count_shape(),
             "Only the n-th time in a session that the other conditions hold."},
            {"times", &count_shape(), "At most so often while the server runs."},
            {"sender", &address_pattern_shape(), "The reverse-path's mailbox."},
            {"recipient", &address_pattern_shape(),
             "The recipient in question, or any one so far."},
            {"bytes", &count_shape(),
             "With `at: content` only: behind so many octets of the message."},
        };
        record.refused =
            not_supported({"helo", "command", "header", "body", "size", "client", "user", "tls",
                           "session", "every", "after", "elapsed", "probability", "rate"});
        return record;
    }();
    return shape;
}

std::vector<Refusal> effect_refusals() {
    return not_supported({"stall", "drip", "segment", "throttle", "truncate", "garble",
                          "drop-reply", "duplicate", "unsolicited", "early", "reorder",
                          "half-close", "discard", "tls", "hang-up", "noise", "meaning"});
}

const Shape& bare_effect_shape() {
    static const Shape shape = [] {
        Shape word;
        word.expected = "an effect such as reset";
        for (const std::string_view name :
             {faults::Shutdown::name, faults::Close::name, faults::Reset::name})
            word.words.emplace_back(name);
        word.refused = effect_refusals();
        word.refused.push_back({"delay", "delay needs a value: delay: 3s"});
        word.refused.push_back({"reply", "reply needs a value: reply: 450 Try again later"});
        word.refused.push_back({"raw", R"(raw needs a value: raw: '250-half\r\n')"});
        return word;
    }();
    return shape;
}

const Shape& valued_effect_shape() {
    static const Shape raw = [] {
        Shape text;
        text.expected = R"(octets such as '250-half\r\n')";
        text.pattern = octets_pattern;
        text.objection = octets_objection;
        return compile(std::move(text));
    }();
    static const Shape shape = [] {
        Shape record;
        record.form = Form::record;
        record.expected = "an effect such as delay: 3s";
        record.exactly_one = true;
        record.keys = {
            {std::string(faults::Delay::name), &positive_duration_shape(),
             "Wait this long before what follows."},
            {std::string(faults::SayReply::name), &fault_reply_shape(),
             "Say this in place of the healthy reply."},
            {std::string(faults::Raw::name), &raw,
             "Send these octets in place of the healthy reply: "
             R"(`\r \n \t \0 \\ \| \xNN`; a `|` begins a new segment. Write it in single quotes.)"},
        };
        record.refused = effect_refusals();
        for (const std::string& word : bare_effect_shape().words)
            record.refused.push_back({word, word + " has no value: write - " + word});
        return record;
    }();
    return shape;
}

const Shape& do_shape() {
    static const Shape effect = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.definition = "effect";
        choice.summary = "`shutdown` (says 421 and closes), `close` (FIN), `reset` (RST), or a map "
                         "with one key.";
        choice.expected = "an effect such as reset or delay: 3s";
        choice.alternatives = {&bare_effect_shape(), &valued_effect_shape()};
        return choice;
    }();
    static const Shape shape = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of effects";
        list.not_empty = true;
        list.item = &effect;
        return list;
    }();
    return shape;
}

} // namespace

const Shape& fault_shape() {
    static const Shape shape = [] {
        Shape record;
        record.form = Form::record;
        record.definition = "fault";
        record.summary = "At a stage, when all conditions hold, do these things.";
        record.expected = "a fault with at and do";
        record.keys = {
            {"name", &text_shape(), "What the journal calls it. Unless set: its number."},
            {"at", &at_shape(), "The stage, or a list of stages; `any` is every one.", true},
            {"when", &when_shape(), "All of these must hold. Without it the fault always fires."},
            {"do", &do_shape(),
             "What happens, in this order. After close, reset or shutdown nothing can.", true},
        };
        record.refused = {
            {"use", "\"use\" is not supported: the catalogue is not in this version"}};
        return record;
    }();
    return shape;
}

} // namespace smtpsim::profiles
