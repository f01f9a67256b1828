using System.Globalization;
using SandboxedBuild.Commits;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// What a machine leaves that goes down while a commit or an undo is under way: on its disk is what it has written out, and nothing else. The filesystem is shut down as by a power failure
/// (XFS_IOC_GOINGDOWN, which ext4 knows too, without writing anything out first), and mounted anew.
/// </summary>
internal sealed class PowerFailureTests
{
    private const string Step = "echo step > file; rm dir/file; mkdir -p made/sub; echo step > made/sub/file; mv twin renamed; ln -s elsewhere link; chmod 600 kept";

    private static readonly DateTimeOffset Recent = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One call in so many is tried at a time: starting a process and mounting takes a second.</summary>
    private const int Stride = 8;

    private static IEnumerable<int> Beginnings() => Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 } ? Enumerable.Range(0, Stride) : [Random.Shared.Next(Stride)];

    [Test]
    public void What_one_cuts_off_is_carried_on_or_taken_back([Values("ext4", "xfs")] string filesystem, [Values] bool isUndo)
    {
        if (!OrdinaryUser.IsRoot)
        {
            Assert.Ignore("only root can mount a filesystem and shut it down");
        }

        if (Command.Run("sh", ["-c", $"grep -q {filesystem} /proc/filesystems || modprobe {filesystem}"]).ExitCode != 0)
        {
            Assert.Ignore($"{filesystem} cannot be mounted here");
        }

        foreach (var first in Beginnings())
        {
            using var tree = new TemporaryTree();
            var (image, place) = (tree.Beside("image"), Directory.CreateDirectory(tree.Beside("place")).FullName);
            Scenario.Run(CutOff, $"truncate -s 512M {image}; mkfs.{filesystem} -q {image}; mount -o loop {image} {place}", image, place, first.ToString(CultureInfo.InvariantCulture), isUndo.ToString());
        }
    }

    private static void CutOff(string[] arguments)
    {
        var (image, place, isUndo) = (arguments[0], arguments[1], bool.Parse(arguments[3]));
        var calls = new List<string>();
        var (before, after) = (string.Empty, string.Empty);
        using (var sandbox = Stepped(place, "whole"))
        {
            before = Trees.Since(Path.Combine(place, "whole"), Recent);
            Commit(sandbox, isUndo ? static _ => { } : calls.Add);
            after = Trees.Since(Path.Combine(place, "whole"), Recent);
        }

        Assert.That(after, Is.Not.EqualTo(before));
        if (isUndo)
        {
            Undo(place, "whole", calls.Add);
            Assert.That(Trees.Since(Path.Combine(place, "whole"), Recent), Is.EqualTo(before));
        }

        for (var index = int.Parse(arguments[2], CultureInfo.InvariantCulture); index < calls.Count; index += Stride)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"root-{index}");
            Scenario.Die(CutOffAt, place, name, string.Create(CultureInfo.InvariantCulture, $"{index}"), arguments[3]);
            Assert.That(() => Command.Run("umount", [place]).ExitCode, Is.Zero.After(10_000, 50));

            // A disk may have another number when the machine is there again.
            Shell.Run(Path.GetDirectoryName(image)!, $"truncate -s 1M other; other=$(losetup -f --show other); mount -o loop {image} {place}; losetup -d $other");

            var reports = Sandbox.StoreAt(Path.Combine(place, "state")).Sweep();
            var story = $"the power failed before call {index}, {calls[index]}; then: {string.Join("; ", reports)}";
            Assert.That(Trees.Since(Path.Combine(place, name), Recent), Is.EqualTo(before).Or.EqualTo(after), story);
            Assert.That(Directory.EnumerateDirectories(Path.Combine(place, "state"), "2*"), Is.Empty, story);
        }
    }

    private static void CutOffAt(string[] arguments)
    {
        var (place, left, isUndo) = (arguments[0], int.Parse(arguments[2], CultureInfo.InvariantCulture), bool.Parse(arguments[3]));
        using var sandbox = Stepped(place, arguments[1]);
        if (isUndo)
        {
            Commit(sandbox, static _ => { });
            sandbox.Dispose();
            Undo(place, arguments[1], Count);
        }
        else
        {
            Commit(sandbox, Count);
        }

        void Count(string call)
        {
            if (left-- == 0)
            {
                Command.Run("xfs_io", ["-x", "-c", "shutdown", place]);
                using var self = System.Diagnostics.Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }

    /// <summary>A tree that has been there for long, and a step over it, whose contents a commit does not promise to make durable.</summary>
    private static Sandbox Stepped(string place, string name)
    {
        var root = Directory.CreateDirectory(Path.Combine(place, name)).FullName;
        Shell.Run(root, "mkdir dir; for file in file dir/file kept twin; do echo old > $file; touch -d @1 $file; done; touch -d @1 dir .; sync -f .");
        var sandbox = Sandbox.Over(Path.Combine(place, "state"), root);
        sandbox.Run(Step).ShouldSucceed();
        Shell.Run(sandbox.Overlay.Roots[0].Upper, "find . -type f -exec sync {} +");
        return sandbox;
    }

    private static void Commit(Sandbox sandbox, Action<string> call)
    {
        var changes = sandbox.Changes;
        Told(call, () => SandboxedBuild.Commits.Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything with { Retention = Retention.Default }));
    }

    private static void Undo(string place, string name, Action<string> call)
    {
        var store = Sandbox.StoreAt(Path.Combine(place, "state"));
        using var overlay = store.OpenBackup(store.Undoable().Single(backup => backup.Roots[0] == Path.Combine(place, name)).Id);
        Told(call, () => SandboxedBuild.Commits.Undo.Run(overlay));
        overlay.Discard();
    }

    private static void Told(Action<string> call, Action work)
    {
        FaultPoint.Inject = name =>
        {
            call(name);
            return 0;
        };
        work();
        FaultPoint.Inject = null;
    }
}
