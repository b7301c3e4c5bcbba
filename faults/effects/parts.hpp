// What every effect consists of. Each has a file of its own in this folder and a place in the list
// of faults/effect.hpp; the loader, the schema, the reference, README's table and the engine walk
// that list. An effect that lacks a part does not compile.
#pragma once

#include "core/yaml/shape.hpp"
#include "faults/effects/performance.hpp"
#include "faults/effects/reading.hpp"
#include "faults/effects/where.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace smtpsim::faults {

/// The row of README's table that an effect is in.
enum class Topic : std::uint8_t {
    saying,
    time,
    transforms,
    pace,
    ehlo,
    tls,
    message,
    connection,
    dialup,
    faults,
};
struct TopicRow {
    Topic topic;
    std::string_view summary;
};
/// In enum order.
inline constexpr std::array topic_table{
    TopicRow{Topic::saying,
             "what the server sends: any code, any octets, nothing, too much, too early"},
    TopicRow{Topic::time, "`3s`, `1s..5s`, `{mean: 3s}`; without end"},
    TopicRow{Topic::transforms, "how the reply before it in the list changes on its way"},
    TopicRow{Topic::pace, "a slow connection, a TCP window that stays closed"},
    TopicRow{Topic::ehlo, "the extensions in the EHLO reply"},
    TopicRow{Topic::tls, "the handshake, with another certificate, version, cipher, alert or "
                         "stall; renegotiation, new keys"},
    TopicRow{Topic::message, "what the server does with the message, whatever it replies"},
    TopicRow{Topic::connection, "421 and FIN, FIN, RST, FIN in one direction, loss of the carrier"},
    TopicRow{Topic::dialup, "what fails between a modem and the mail server"},
    TopicRow{
        Topic::faults,
        "a state that later conditions test; a failure of the catalogue that the client names"},
};
static_assert([] {
    for (std::size_t i = 0; i < topic_table.size(); ++i)
        if (topic_table.at(i).topic != static_cast<Topic>(i)) return false;
    return true;
}());

/// What an effect is to the list it stands in.
struct Role {
    bool says = false;       // takes the healthy reply's place, or names it
    bool adds = false;       // is said beside the healthy reply
    bool transforms = false; // changes what has been said before it
    bool ends = false;       // nothing more is done
};

/// Written as a word: `- reset`. `word` is the reference's text about it.
template <class E>
concept IsWord = requires {
    { E::word } -> std::convertible_to<std::string_view>;
}
&&std::is_default_constructible_v<E>;

/// Written with a value: `- delay: 3s`. `key` is the reference's text about it.
template <class E>
concept IsKey = requires(const yaml::Node& value, Reading& reading) {
    { E::key } -> std::convertible_to<std::string_view>;
    { E::example } -> std::convertible_to<std::string_view>; // of a value
    { E::shape() } -> std::same_as<const yaml::Shape&>;
    // nullopt: the shape has refused it, or it is reported.
    { E::read(value, reading) } -> std::same_as<std::optional<E>>;
};

template <class E>
concept IsEffect = (IsWord<E> || IsKey<E>)&&requires(const E& effect, Performance& performance) {
    { E::name } -> std::convertible_to<std::string_view>; // in YAML and in the Journal
    { E::topic } -> std::convertible_to<Topic>;
    { effect.where() } -> std::same_as<Where>;
    { effect.role() } -> std::same_as<Role>;
    { effect.text() } -> std::same_as<std::string>; // of its value, for the Journal; empty: none
    { effect.perform(performance) } -> std::same_as<void>;
};

} // namespace smtpsim::faults
