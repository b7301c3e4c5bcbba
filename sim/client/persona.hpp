// How a mail client behaves: what the reference client does, as data.
#pragma once

#include "core/clock.hpp"
#include "core/problem.hpp"
#include "core/yaml/shape.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim::client {

/// What a client gets wrong on purpose.
enum class Mistake : std::uint8_t {
    goes_on_after_421,
    resends_at_once,
    data_without_recipients,
    permanent_as_temporary,
    temporary_as_permanent,
    always_delivered,
    no_quit,
    no_dot_stuffing,
    bare_lf,
    waits_for_nothing,
};
struct MistakeRow {
    Mistake mistake;
    std::string_view name, summary;
};
inline constexpr std::array mistake_table{
    MistakeRow{Mistake::goes_on_after_421, "goes-on-after-421",
               "takes 421 for any refusal and sends its next command"},
    MistakeRow{Mistake::resends_at_once, "resends-at-once",
               "sends the message again at once when the reply to it is lost"},
    MistakeRow{Mistake::data_without_recipients, "data-without-recipients",
               "sends DATA though every recipient was refused"},
    MistakeRow{Mistake::permanent_as_temporary, "permanent-as-temporary",
               "takes a 5yz reply for one that may pass"},
    MistakeRow{Mistake::temporary_as_permanent, "temporary-as-permanent",
               "takes a 4yz reply for a permanent failure"},
    MistakeRow{Mistake::always_delivered, "always-delivered",
               "reports success, whatever happens to the message"},
    MistakeRow{Mistake::no_quit, "no-quit", "closes without QUIT"},
    MistakeRow{Mistake::no_dot_stuffing, "no-dot-stuffing",
               "sends lines that begin with a dot as they are"},
    MistakeRow{Mistake::bare_lf, "bare-lf", "ends lines with LF alone"},
    MistakeRow{Mistake::waits_for_nothing, "waits-for-nothing",
               "sends MAIL, RCPT and DATA together, offered or not"},
};

enum class Fallback : std::uint8_t {
    never,
    unsupported, // after 500, 502 and 504: KB155455
    refused,     // after any 5yz: RFC 5321 §3.2
};
inline constexpr std::array<std::string_view, 3> fallback_names{"never", "unsupported", "refused"};

struct Persona {
    std::string name, summary;
    std::string log = "imn-1.0"; // the dialect of its Smtp.log
    bool ehlo = true;
    Fallback fallback = Fallback::refused;
    bool rset = false;                                        // before each MAIL
    bool pipelining = false, size = false, eight_bit = false; // used where offered
    bool partial = true; // some recipients refused: the others get the message
    Duration connect_timeout{}, reply_timeout{}, message_timeout{};
    std::uint64_t retries = 0;
    Duration retry_after{};
    std::uint32_t mistakes = 0; // bits of Mistake

    bool errs(Mistake mistake) const {
        return (mistakes >> static_cast<unsigned>(mistake) & 1U) != 0;
    }
};

struct PersonaFile {
    std::string_view name, text; // YAML
};
/// Sorted by name; embedded in the binary.
std::span<const PersonaFile> built_in_personas();

/// The language of a persona's file.
const yaml::Shape& persona_shape();

template <class T> using Loaded = boost::system::result<T, Problems>;
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// `name_or_path`: a built-in's name, or a path (with a slash or an ending .yaml, .yml).
Loaded<Persona> load_persona(const std::string& name_or_path, const ReadFile& read);

} // namespace smtpsim::client
