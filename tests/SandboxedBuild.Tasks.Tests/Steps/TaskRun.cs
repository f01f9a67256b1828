using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>A task that has run, and what it logged.</summary>
internal sealed record TaskRun<TTask>(TTask Task, bool Succeeded, IReadOnlyList<BuildEventArgs> Events, string Root)
{
    /// <summary>Errors, warnings and messages, one line each, without what a sandboxed step tells of itself; the tree's path shows as <c>{tree}</c>.</summary>
    public string Log => Lines(logged => !Transcripts.IsOfTheSandbox(logged));

    /// <summary>The same, errors and warnings only.</summary>
    public string Diagnostics => Lines(logged => logged is BuildErrorEventArgs or BuildWarningEventArgs);

    /// <summary>The codes of errors and warnings, in order.</summary>
    public string Codes => string.Join(' ', Events.Select(logged => (logged as BuildErrorEventArgs)?.Code ?? (logged as BuildWarningEventArgs)?.Code).OfType<string>());

    /// <summary>The extended events of a type, such as <c>SandboxedBuild.Step</c>.</summary>
    public IEnumerable<ExtendedBuildMessageEventArgs> Extended(string type) =>
        Events.OfType<ExtendedBuildMessageEventArgs>().Where(logged => logged.ExtendedType == type);

    public TaskRun<TTask> ShouldSucceed()
    {
        Assert.That(Succeeded, Is.True, Log);
        Assert.That(Diagnostics, Is.Empty);
        return this;
    }

    /// <summary>It succeeded, with warnings of these codes.</summary>
    public void ShouldWarnWith(string codes) => Assert.That((Succeeded, Codes), Is.EqualTo((true, codes)), Log);

    /// <summary>It failed with errors of these codes, parted by spaces, and threw nothing.</summary>
    public TaskRun<TTask> ShouldFailWith(string codes)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Succeeded, Is.False, Log);
            Assert.That(Codes, Is.EqualTo(codes), Log);
            Assert.That(Log, Does.Not.Contain("   at "), "a stack trace is no message for people");
        }

        return this;
    }

    private string Lines(Func<BuildEventArgs, bool> wanted) =>
        string.Concat(Events.Where(wanted).Select(logged => Transcripts.Line(logged).Replace(Root, "{tree}", StringComparison.Ordinal) + "\n"));
}
