// What a set of generated logs is made of, and how often.
#pragma once

#include "core/clock.hpp"
#include "core/date.hpp"
#include "profiles/build/catalogue.hpp"
#include "sim/client/persona.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtplog {

struct Weighted {
    std::string name;
    std::uint64_t weight;
};

struct Mix {
    std::vector<Weighted> failures; // globs over the catalogue's ids, or "none"
    std::vector<Weighted> profiles;
    std::vector<Weighted> personas;
    std::vector<Weighted> speeds; // bit/s as text; "0bps": a local network
    std::uint64_t messages_least = 1, messages_most = 3;
    std::uint64_t size_least = 300, size_most = 20'000;
    Tick from{}, to{};
};

/// Forty of a hundred logs without a failure, the others from everything that KB155455 documents
/// and what is seen in the wild; the clients of the nineties.
Mix usual_mix();

/// The catalogue's entries that `glob` names and that a client which delivers mail can meet.
/// Errors: there is none.
Result<std::vector<const profiles::CatalogueEntry*>> usual_failures(std::string_view glob);

/// The language of a mix's file.
const yaml::Shape& mix_shape();

/// Errors: every problem with its place.
client::Loaded<Mix> read_mix(std::string_view text, const std::string& file);

} // namespace smtpsim::smtplog
