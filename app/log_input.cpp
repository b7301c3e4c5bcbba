#include "app/log_input.hpp"

#include "app/cli.hpp"
#include "core/text.hpp"
#include "sim/smtplog/login_mask.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>

namespace smtpsim::app {
namespace {

constexpr std::uint64_t oddities_shown_max = 20;          // chosen: what fits a screen
constexpr std::uint64_t octets_of_long_work = 64UL << 20; // chosen: half a second

/// "42% of Smtp.log" on standard error, if that is a terminal on which nothing else appears.
class Progress {
public:
    Progress(const std::string& path, bool quiet) : path_(path) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(path, error);
        const bool alone = ::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 0;
        if (!error && !quiet && alone && size > octets_of_long_work) size_ = size;
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() {
        if (size_ > 0) std::cerr << "\r\x1b[K";
    }
    void add(std::size_t octets) {
        if (size_ == 0) return;
        const std::uintmax_t before = done_ * 100 / size_;
        done_ += octets;
        if (done_ * 100 / size_ > before)
            std::cerr << '\r' << done_ * 100 / size_ << "% of " << visible(path_);
    }

private:
    const std::string& path_;
    std::uintmax_t size_ = 0, done_ = 0; // size_ 0: nothing is shown
};

} // namespace

Oddities::~Oddities() {
    if (count_ > oddities_shown_max)
        std::cerr << printable(file_) << ": and " << count_ - oddities_shown_max
                  << " more odd lines\n";
}

void Oddities::report(std::uint64_t line, smtplog::Oddity oddity) {
    if (!quiet_ && ++count_ <= oddities_shown_max)
        std::cerr << printable(file_) << ':' << line << ": " << smtplog::row(oddity).summary
                  << '\n';
}

void read_log(const std::string& path, smtplog::EntryHandler& handler, const Reading& how) {
    std::optional<Decoder> decoder;
    if (!how.code_page.empty()) decoder = or_stop(Decoder::open(how.code_page), Exit::bad_input);
    Progress progress{path, how.quiet};
    smtplog::LoginMask mask{handler};
    smtplog::Reader reader{how.as_it_is ? handler : mask, std::move(decoder)};
    Input input{path};
    const auto next = [&] { return or_stop(input.next(), Exit::bad_input); };
    for (std::string_view octets = next(); !octets.empty(); octets = next()) {
        reader.give(octets);
        progress.add(octets.size());
    }
    reader.finish();
    if (!reader.format()) throw Stop{Exit::bad_input, path + ": no log of an SMTP session"};
}

void read_sessions(const std::string& path, smtplog::Sessions::Take take, const Reading& how) {
    Oddities oddities{path, how.quiet};
    smtplog::Sessions sessions{std::move(take), [&](std::uint64_t line, smtplog::Oddity oddity) {
                                   oddities.report(line, oddity);
                               }};
    read_log(path, sessions, how);
    sessions.finish();
}

} // namespace smtpsim::app
