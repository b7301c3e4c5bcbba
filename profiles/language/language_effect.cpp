// The part of the language behind `do:`.
#include "profiles/language/language.hpp"

#include "core/yaml/escapes.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effect.hpp"
#include "profiles/language/extension_line.hpp"
#include "profiles/language/reply_text.hpp"
#include "smtp/reply_table.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using namespace faults; // NOLINT: every row below is one of its types

std::string octets_objection(std::string_view text) { return decode_octets(text).wrong; }

const Shape& raw_shape() {
    static const Shape octets =
        text_like(R"(octets such as '250-half\r\n')", octets_pattern.data(), octets_objection);
    static const Shape forever = [] {
        Shape word;
        word.expected = "forever";
        word.words = {"forever"};
        return word;
    }();
    static const Shape times =
        choice_of("a number such as 1000, or forever", {&count_shape(), &forever});
    static const Shape record = record_of(
        "a map with octets, times and every",
        {{"octets", &octets, "The octets; see raw.", true},
         {"times", &times, "So often, or forever (which needs every). Unless set: once."},
         {"every", &positive_duration_shape(), "The pause between two times; at least 1ms."}});
    static const Shape shape = choice_of(octets.expected, {&octets, &record});
    return shape;
}

/// An objection to a delay's text.
std::string wrong_delay(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return "";
    const auto least = parse_duration(text.substr(0, dots));
    const auto most = parse_duration(text.substr(dots + 2));
    return least && most && *most < *least ? "the range ends before it begins" : "";
}

const Shape& delay_shape() {
    static const Shape time = text_like(
        "a time such as 3s, 1s..5s or \"{1}\"",
        R"(^([1-9][0-9]{0,9}(us|ms|s|min|h|d)(\.\.[1-9][0-9]{0,9}(us|ms|s|min|h|d))?|\{[1-9]\})$)",
        wrong_delay);
    static const Shape mean =
        record_of("a map with mean",
                  {{"mean", &positive_duration_shape(), "The mean of an exponential draw.", true}});
    static const Shape shape = choice_of(time.expected, {&time, &mean});
    return shape;
}

const Shape& meaning_shape() {
    static const Shape shape = [] {
        Shape word;
        word.expected = "a refusal's name such as mailbox-full";
        for (const smtp::ReplyRow& row : smtp::reply_table)
            if (row.group == smtp::ReplyGroup::wording) word.words.emplace_back(row.name);
        return word;
    }();
    return shape;
}

const Shape& segment_shape() {
    static const Shape sizes = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of sizes";
        list.not_empty = true;
        list.item = &positive_size_shape();
        return list;
    }();
    static const Shape shape =
        choice_of("a size such as 1B, or a list of sizes", {&positive_size_shape(), &sizes});
    return shape;
}

const Shape& garble_shape() {
    static const Shape record = [] {
        Shape kinds = record_of(
            "a map with bits or noise",
            {{"bits", &odds_shape(), "One bit of so many octets changes."},
             {"noise", &odds_shape(), "Random octets, one to eight, come before so many octets."}});
        kinds.exactly_one = true;
        return kinds;
    }();
    static const Shape shape = choice_of(odds_shape().expected, {&odds_shape(), &record});
    return shape;
}

const Shape& throttle_shape() {
    static const Shape record = record_of("a map with send and receive",
                                          {{"send", &speed_shape(), "What the server sends."},
                                           {"receive", &speed_shape(), "What it reads."}});
    static const Shape shape = choice_of(speed_shape().expected, {&speed_shape(), &record});
    return shape;
}

const Shape& truncate_shape() {
    static const Shape record =
        record_of("a map with drop",
                  {{"drop", &positive_size_shape(), "So many octets at the end are lost.", true}});
    static const Shape shape =
        choice_of("a size such as 4B, or {drop: 1B}", {&size_shape(), &record});
    return shape;
}

const Shape& argument_shape(Takes takes) {
    static const Shape text = text_like("a text", "^[^\\x00-\\x1f]{1,200}$");
    switch (takes) {
    case Takes::nothing: break;
    case Takes::duration:
    case Takes::may_duration: return positive_duration_shape();
    case Takes::size: return positive_size_shape();
    case Takes::odds: return odds_shape();
    case Takes::speed: return speed_shape();
    case Takes::count: return count_shape();
    case Takes::text: break;
    }
    return text;
}

/// What a layer can get wrong, from the table: words, and a map with those that take a value.
Shape acts_shape(Layer layer) {
    static std::vector<std::unique_ptr<Shape>> parts; // shapes live for ever
    const auto keep = [&](Shape shape) {
        parts.push_back(std::make_unique<Shape>(std::move(shape)));
        return parts.back().get();
    };
    const std::string name(layer_names.at(static_cast<std::size_t>(layer)));
    Shape words;
    Shape record;
    record.form = Form::record;
    record.exactly_one = true;
    std::string some_word;
    std::string some_key;
    for (const ActRow& row : act_table) {
        if (row.layer != layer) continue;
        const std::string word(row.name);
        const bool bare = row.takes == Takes::nothing || row.takes == Takes::may_duration;
        if (bare) words.words.push_back(word);
        if (bare && some_word.empty()) some_word = word;
        if (!bare)
            words.refused.push_back({word, word + " needs a value: " + name + ": {" + word + ": " +
                                               argument_shape(row.takes).expected + '}'});
        if (row.takes != Takes::nothing)
            record.keys.push_back(
                {word, &argument_shape(row.takes), std::string(row.summary) + '.'});
        else
            record.refused.push_back({word, word + " has no value: write - " + name + ": " + word});
        if (!bare && some_key.empty()) some_key = word;
    }
    words.expected = "a word such as " + some_word;
    record.expected = "a map such as {" + some_key + ": ...}";
    Shape out =
        choice_of(some_key.empty() ? words.expected : words.expected + ", or " + record.expected,
                  {keep(words)});
    if (!record.keys.empty()) out.alternatives.push_back(keep(record));
    return out;
}

const Shape& layer_shape(Layer layer) {
    static const std::array<Shape, layer_names.size()> shapes{
        acts_shape(Layer::modem), acts_shape(Layer::line), acts_shape(Layer::ppp),
        acts_shape(Layer::ip), acts_shape(Layer::dns)};
    return shapes.at(static_cast<std::size_t>(layer));
}

/// Effects that stand as a word of their own.
constexpr std::array bare_effects{
    Healthy::name, DropReply::name, Stall::name, StopReading::name, Duplicate::name,
    Reorder::name, Discard::name,   Keep::name,  Shutdown::name,    Close::name,
    Reset::name,   HalfClose::name, HangUp::name};

std::vector<Key> valued_effects() {
    static const Shape drip =
        record_of("a map with size and every",
                  {{"size", &positive_size_shape(), "The size of a piece.", true},
                   {"every", &positive_duration_shape(), "The pause between two.", true}});
    static const Shape keyword =
        text_like("an extension's keyword such as PIPELINING", "^[A-Za-z0-9][A-Za-z0-9-]*$");
    static const Shape line = text_like(
        "an extension such as SIZE 10240000",
        R"(^([A-Za-z0-9]|\{[1-9]\})([A-Za-z0-9=-]|\{[1-9]\})*( ([\x21-\x7a\x7c\x7e]|\{[1-9]\})+)*$)");
    static const Shape state = text_like("a state's name of lower-case letters, digits and hyphens",
                                         "^[a-z0-9]+(-[a-z0-9]+)*$");
    static const Shape result =
        text_like("a result code such as NO CARRIER", "^[\\x20-\\x7e]{1,100}$");
    static const Shape capture = text_like("a capture such as \"{1}\"", "^\\{[1-9]\\}$");
    const auto row = [](std::string_view name, const Shape& shape, std::string description) {
        return Key{std::string(name), &shape, std::move(description)};
    };
    return {
        row(SayReply::name, fault_reply_shape(), "Say this in place of the healthy reply."),
        row(Meaning::name, meaning_shape(), "Say the server's own wording of this refusal."),
        row(Raw::name, raw_shape(),
            "Send these octets in place of the healthy reply: "
            R"(`\r \n \t \0 \\ \| \xNN`; a `|` begins a new segment. Write it in single quotes.)"),
        row(Unsolicited::name, fault_reply_shape(),
            "A reply more than was asked for, behind the healthy one."),
        row(Early::name, fault_reply_shape(),
            "Say this behind the healthy reply: it is the reply to the next command, which then "
            "gets none."),
        row(Delay::name, delay_shape(),
            "Wait before what follows: `3s`, `1s..5s` (any time between, by chance), `{mean: 3s}` "
            "(exponential), `\"{1}\"` (what a pattern captured)."),
        row(StopReading::name, positive_duration_shape(), "Read nothing for so long."),
        row(Throttle::name, throttle_shape(),
            "Send and read no faster than that, to the end of the session."),
        row(Drip::name, drip, "Say it in pieces with a pause between them."),
        row(Segment::name, segment_shape(),
            "Say it in pieces, each a TCP segment of its own; of a list, the last piece is the "
            "rest."),
        row(Merge::name, count_shape(),
            "Hold it back until so many replies are there, which leave as one segment."),
        row(Reorder::name, count_shape(), "Say it behind so many later replies."),
        row(Truncate::name, truncate_shape(), "Say only so many octets of it."),
        row(Garble::name, garble_shape(), "Spoil octets by chance: by default one bit of each."),
        row(Duplicate::name, count_shape(), "Say it so many times."),
        row(Withhold::name, keyword, "With `at: ehlo`: leave this extension out of the reply."),
        row(Offer::name, line,
            "With `at: ehlo`: announce this in the reply, in place of a line with its keyword."),
        row(Corrupt::name, odds_shape(),
            "With `at: message`: keep the message with one bit of so many octets changed."),
        row(SecureWith::name, tls_effect_shape(),
            "With `at: tls`: do the handshake, with this changed. Elsewhere, within TLS: "
            "`renegotiate` (TLS 1.2) or `update-keys` (TLS 1.3)."),
        row(SayResult::name, result,
            "At `init`, `dial`, `carrier` and `hangup`: say this result code, as the modem's "
            "settings write it: `BUSY`, `NO CARRIER`, `CONNECT 12345`, or any text."),
        row(noise_name, odds_shape(), "Spoil so many bits on the line, in bursts, from here on."),
        row("modem", layer_shape(Layer::modem), "The modem itself goes wrong."),
        row("line", layer_shape(Layer::line), "The line, or a circuit of the port, goes wrong."),
        row("ppp", layer_shape(Layer::ppp), "The provider's PPP goes wrong."),
        row("ip", layer_shape(Layer::ip), "The provider's network goes wrong."),
        row("dns", layer_shape(Layer::dns), "The provider's name server goes wrong."),
        row(Set::name, state, "Change the state that `when: {state: ...}` asks for."),
        row(UseCaptured::name, capture,
            "Do what the catalogued failure does whose id was captured, `.` for `/`, where its "
            "own stage and conditions hold."),
    };
}

const Shape& bare_effect_shape() {
    static const Shape shape = [] {
        Shape word;
        word.expected = "an effect such as reset";
        for (const std::string_view name : bare_effects) word.words.emplace_back(name);
        for (const Key& key : valued_effects())
            if (std::ranges::find(bare_effects, key.name) == bare_effects.end())
                word.refused.push_back({key.name, key.name + " needs a value: " + key.name + ": " +
                                                      (key.name == Raw::name ? R"('250-half\r\n')"
                                                       : key.name == Delay::name ? "3s"
                                                                                 : "...")});
        return word;
    }();
    return shape;
}

const Shape& valued_effect_shape() {
    static const Shape shape = [] {
        Shape record;
        record.form = Form::record;
        record.expected = "an effect such as delay: 3s";
        record.exactly_one = true;
        record.keys = valued_effects();
        for (const std::string_view name : bare_effects)
            if (std::ranges::find(record.keys, name, &Key::name) == record.keys.end())
                record.refused.push_back(
                    {std::string(name),
                     std::string(name) + " has no value: write - " + std::string(name)});
        return record;
    }();
    return shape;
}

} // namespace

const Shape& effects_shape() {
    static const Shape effect = [] {
        Shape choice = choice_of("an effect such as reset or delay: 3s",
                                 {&bare_effect_shape(), &valued_effect_shape()});
        choice.definition = "effect";
        choice.summary =
            "A word, or a map with one key. Words: `reply` (the healthy reply, here), `drop-reply` "
            "(say nothing, go on), `duplicate`, `reorder`, `stop-reading` and `stall` (for ever), "
            "`discard` (lose the message), `keep` (keep it though it is refused), `shutdown` (421 "
            "and close), `close` (FIN), `reset` (RST), `half-close` (FIN, but read on), `hang-up` "
            "(the "
            "carrier is lost; without a modem, RST). A list "
            "that says nothing, drops nothing and ends nothing is followed by the healthy reply. "
            "Drip, segment, merge, reorder, truncate, garble, duplicate, withhold and offer shape "
            "all that the fault says; where it says nothing they shape the healthy reply.";
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

} // namespace smtpsim::profiles
