using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

using Exec = Microsoft.Build.Tasks.Exec;

/// <summary>
/// One case of Exec's contract, run by MSBuild's Exec and by SandboxedExec, each in a tree of its own. Whoever uses the second in
/// place of the first must not notice, save where a case says that they differ, and why.
/// </summary>
internal sealed class Both
{
    private readonly ExecResult _stock;
    private readonly ExecResult _sandboxed;

    private Both(ExecResult stock, ExecResult sandboxed)
    {
        _stock = stock;
        _sandboxed = sandboxed;
    }

    /// <summary>What SandboxedExec did, for what a transcript does not say.</summary>
    public ExecResult Sandboxed => _sandboxed;

    /// <summary>What MSBuild's Exec did.</summary>
    public ExecResult Stock => _stock;

    public static Both Run(ExecCase contract) => new(ExecRun.Stock(contract), ExecRun.Sandboxed(contract));

    public static Both Run(string command, Action<Exec>? with = null, Action<TemporaryTree>? tree = null) =>
        Run(new ExecCase(command) { With = with ?? (_ => { }), Tree = tree ?? (_ => { }) });

    /// <summary>
    /// Both logged and returned this (see <see cref="ExecResult.ToString"/>; <c>…</c> stands for any text), and left the
    /// same tree, unless the step failed: then the sandboxed one left it untouched.
    /// </summary>
    public void ShouldBe(string transcript)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stock.ToString(), Transcripts.Match(transcript), $"MSBuild's Exec:\n{_stock}");
            Assert.That(_sandboxed.ToString(), Transcripts.Match(transcript), $"SandboxedExec:\n{_sandboxed}");
            TreesShouldAgree();
        }
    }

    /// <summary>Both logged and returned the same, whatever it was, as it depends on the machine.</summary>
    public void ShouldAgree()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_sandboxed.ToString(), Is.EqualTo(_stock.ToString()));
            TreesShouldAgree();
        }
    }

    /// <summary>Neither ran its command, and both said so in the same words, whatever these are in this version of MSBuild.</summary>
    public void ShouldAgreeOnNotRunning()
    {
        using (Assert.EnterMultipleScope())
        {
            ShouldAgree();
            Assert.That(_sandboxed.Succeeded, Is.False);
            Assert.That(_stock.TreeAfter, Is.EqualTo(_stock.TreeBefore), "the tree after MSBuild's Exec");
            Assert.That(_sandboxed.TreeAfter, Is.EqualTo(_sandboxed.TreeBefore), "the tree after SandboxedExec");
        }
    }

    /// <summary>They differ, on purpose.</summary>
    public void ShouldDiffer(string because, string stock, string sandboxed)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stock.ToString(), Transcripts.Match(stock), "MSBuild's Exec");
            Assert.That(_sandboxed.ToString(), Transcripts.Match(sandboxed), $"SandboxedExec, which differs because {because}");
            Assert.That(_sandboxed.ToString(), Is.Not.EqualTo(_stock.ToString()), "the difference is gone: use ShouldBe");
            TreesShouldAgree();
        }
    }

    private void TreesShouldAgree() =>
        Assert.That(_sandboxed.TreeAfter, Is.EqualTo(_sandboxed.Succeeded ? _stock.TreeAfter : _sandboxed.TreeBefore), "the tree after SandboxedExec");
}
