// The Journal's views that a command line asks for, each with its file.
#pragma once

#include "app/cli.hpp"
#include "sim/net/file_sink.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smtpsim::app {

class Views {
public:
    /// `file_mode`: of files that it makes.
    explicit Views(mode_t file_mode) : file_mode_(file_mode) {}

    /// A record of what happened: sessions wait for it, and finish() reports what it lacks.
    template <class V, class... Arguments>
    void add_record(const std::string& path, journal::Journal& journal, Arguments&&... arguments) {
        add<V>(path, net::FileSink::WhenFull::hold, journal, std::forward<Arguments>(arguments)...);
        records_.push_back(sinks_.back().get());
    }
    /// On standard output, for a person who reads along.
    template <class V, class... Arguments>
    void add_display(net::FileSink::WhenFull when_full, journal::Journal& journal,
                     Arguments&&... arguments) {
        add<V>("-", when_full, journal, std::forward<Arguments>(arguments)...);
    }

    /// Once nothing more is recorded. False: a record is not complete.
    bool finish() {
        views_.clear(); // what they hold back goes to their sinks
        bool complete = true;
        for (const auto& sink : sinks_) sink->finish();
        for (net::FileSink* const record : records_) complete &= record->finish();
        return complete;
    }
    ~Views() { views_.clear(); } // before the sinks they write to

private:
    template <class V, class... Arguments>
    void add(const std::string& path, net::FileSink::WhenFull when_full, journal::Journal& journal,
             Arguments&&... arguments) {
        sinks_.push_back(or_stop(net::FileSink::open(path, when_full, complain, file_mode_)));
        views_.push_back(
            std::make_unique<V>(*sinks_.back(), std::forward<Arguments>(arguments)...));
        journal.add(*views_.back(), *sinks_.back());
    }

    mode_t file_mode_;
    std::vector<std::unique_ptr<net::FileSink>> sinks_;
    std::vector<net::FileSink*> records_; // among them
    std::vector<std::unique_ptr<journal::View>> views_;
};

} // namespace smtpsim::app
