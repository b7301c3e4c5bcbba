// Realistic Smtp.log files for training people and models. Each is a real run of the reference
// client against the engine, on virtual time.
#pragma once

#include "core/rng.hpp"
#include "profiles/build/catalogue.hpp"
#include "profiles/model/profile.hpp"
#include "sim/generate/mix.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace smtpsim::smtplog {

struct Generated {
    std::string log;
    std::string failure; // the catalogue's id, or "none"
    std::string title;
    bool fired = false; // the failure happened: some need more mail than a log holds
    std::string persona, dialect, profile, outcome;
};

class Generator {
public:
    /// Errors: a glob that no failure of a plain delivery has.
    static Result<std::unique_ptr<Generator>> open(Mix mix, std::uint64_t seed);

    /// The log of this number, from 1. Depends on mix, seed and number alone.
    Generated make(std::uint64_t number);

private:
    struct Choice {
        std::vector<const profiles::CatalogueEntry*> entries; // none: a healthy server
        std::uint64_t weight;
    };
    struct Drawn;

    Generator(Mix mix, std::uint64_t seed) : mix_(std::move(mix)), seed_(seed) {}
    /// False: the failure drawn did not happen.
    bool make_one(Rng& dice, Generated& out);
    bool run_in_memory(const Drawn& drawn, int attempt, Generated& out);
    const profiles::Profile& profile(const std::string& name);
    const client::Persona& persona(const std::string& name);

    Mix mix_;
    std::uint64_t seed_;
    std::vector<Choice> choices_;
    std::map<std::string, profiles::Profile> profiles_;
    std::map<std::string, client::Persona> personas_;
};

/// A label for `generated`: a line of JSON with file, lines, failure, cause and explanation.
std::string label(const Generated& generated, std::string_view file, std::uint64_t seed,
                  std::uint64_t number);

} // namespace smtpsim::smtplog
