using Microsoft.Build.Framework;
using SandboxedBuild.Progress;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What takes long says so in the build's log, less and less often.</summary>
internal sealed class ProgressOfSteps
{
    [Test]
    public void After_two_seconds_then_at_growing_intervals()
    {
        using var engine = new RecordingBuildEngine();
        var clock = new Clock();
        var messages = new ProgressMessages(engine, clock);
        for (; clock.Seconds < 120; clock.Seconds++)
        {
            messages.Tell(new(WorkKind.Committing, clock.Seconds * 100, 20_000));
        }

        messages.Tell(new(WorkKind.Removing, 1));
        clock.Seconds += 3;
        messages.Tell(new(WorkKind.Removing, 300));
        Assert.That(engine.Messages.Select(static message => $"{message.Importance} {message.Message}"), Is.EqualTo(new[]
        {
            "Normal Committing: 200 of 20,000 entries",
            "Normal Committing: 600 of 20,000 entries",
            "Normal Committing: 1,400 of 20,000 entries",
            "Normal Committing: 3,000 of 20,000 entries",
            "Normal Committing: 6,200 of 20,000 entries",
            "Normal Removing: 300 entries so far",
        }));
    }

    [Test]
    public void What_is_quick_says_nothing()
    {
        using var project = new Project();
        var events = project.Step("echo x > file").ShouldSucceed().Events.Concat(project.Step("rm file; exit 1").Events);
        Assert.That(events.OfType<BuildMessageEventArgs>().Select(static message => message.Message), Has.None.Match("(Collecting|Committing|Removing|Copying).* entr(y|ies)"));
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
