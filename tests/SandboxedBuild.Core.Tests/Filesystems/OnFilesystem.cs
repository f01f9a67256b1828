using System.Globalization;

namespace SandboxedBuild.Core.Tests;

/// <summary>Who tells a story.</summary>
internal enum Teller
{
    Root,
    OrdinaryUser,
}

/// <summary>
/// A story in a process whose temporary directory is on a filesystem that was made for it, by root and in a mount namespace of its own: with the
/// last process of the story, even if all of them are killed, the mounts go, and the loop device with them.
/// </summary>
internal static class OnFilesystem
{
    /// <summary>Where it all is for the story, in memory: a directory that every system has, and that every user may pass.</summary>
    private const string Place = "/media";

    /// <summary>Nobody's, so that it can do no harm.</summary>
    private const int OrdinaryUid = 54321;

    /// <summary>What the mounting says if this machine does not let root mount such a filesystem.</summary>
    private const int NotHere = 77;

    /// <summary>Where /dev/fuse is root's alone, the user's stories have one of their own.</summary>
    private const string Preparation = """
        name=$1 binaries=$2 dotnet=$3 programs=$4 owner=$5
        shift 5
        mount -t tmpfs none /media
        at=/media/filesystem store=/media/store image=/media/$name
        mkdir "$at" "$store" /media/tests /media/dotnet /media/other
        mount --bind "$binaries" /media/tests
        mount --bind "$dotnet" /media/dotnet
        mount -t tmpfs none /media/other
        [ ! -e /dev/fuse ] || { mknod -m 666 /media/fuse c 10 229; mount --bind /media/fuse /dev/fuse; }
        truncate -s 512M "$image"
        (
        {0}
        ) || exit 77
        mkdir -p "$at/tmp/shared" "$at/home"
        find "$programs" -maxdepth 1 -type f -exec cp -p {} "$at/tmp/shared" \;
        chown -R "$owner:$owner" "$at/tmp" "$at/home" /media/other
        chmod 755 /media "$at"
        cd /
        exec "$@"
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>The directory on another filesystem, in memory, for a story that is being told.</summary>
    public static string Other => Path.Combine(Place, "other");

    /// <summary>Tells it, or ignores the test where this machine cannot make or mount such a filesystem.</summary>
    /// <param name="story">A static method.</param>
    /// <param name="filesystem">On what it is told.</param>
    /// <param name="teller">By whom.</param>
    /// <param name="keepsStateElsewhere">Whether the state of overlays is not beside the trees, but in memory: not every filesystem can hold it.</param>
    /// <param name="arguments">What it is told with.</param>
    public static void Tell(Action<string[]> story, TestedFilesystem filesystem, Teller teller, bool keepsStateElsewhere, params string[] arguments)
    {
        if (!OrdinaryUser.IsRoot)
        {
            Assert.Ignore("only root can mount what the ordinary user's half is about, too");
        }

        // Compiled once, and not for each filesystem.
        _ = (NativeProgram.Describe, NativeProgram.Attribute, NativeProgram.UnixSocket, NativeProgram.MappedWrite);
        var name = $"sandboxed-build-{Guid.NewGuid():N}";
        var run = Command.Run("unshare", Line(story, filesystem, teller, keepsStateElsewhere, name, arguments), limit: Limit);
        if (run.ExitCode == NotHere)
        {
            Assert.Ignore($"{filesystem} cannot be mounted here: {run.Error}");
        }

        Assert.That(run.ExitCode, Is.Zero, run.Error + run.OutputText);
        Assert.That(run.OutputText, Does.EndWith("done\n"), run.Error);
        Assert.That(() => LoopDevicesOf(name), Is.Empty.After(5).Seconds.PollEvery(20));
    }

    private static IEnumerable<string> Line(Action<string[]> story, TestedFilesystem filesystem, Teller teller, bool keepsStateElsewhere, string name, string[] arguments)
    {
        var owner = teller == Teller.Root ? 0 : OrdinaryUid;
        var user = owner.ToString(CultureInfo.InvariantCulture);
        return
        [
            "--mount", "--", "sh", "-ec", Preparation.Replace("{0}", filesystem.Mount, StringComparison.Ordinal), "sh",
            name, AppContext.BaseDirectory, Path.GetDirectoryName(Environment.ProcessPath)!, SuiteSetUp.Shared, user,
            .. teller == Teller.Root ? Array.Empty<string>() : ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "--inh-caps=-all", "--"],
            "env", .. keepsStateElsewhere ? [$"SANDBOXEDBUILD_TEST_STATE={Other}"] : Array.Empty<string>(), $"HOME={Place}/filesystem/home", $"XDG_CACHE_HOME={Place}/filesystem/home/.cache", $"{Place}/dotnet/dotnet", $"{Place}/tests/{Path.GetFileName(typeof(OnFilesystem).Assembly.Location)}",
            story.Method.DeclaringType!.FullName!, story.Method.Name, $"{Place}/filesystem/tmp", .. arguments,
        ];
    }

    private static List<string> LoopDevicesOf(string name) =>
        [.. Directory.EnumerateDirectories("/sys/block", "loop*").Where(device => BackingFileOf(device).Contains(name, StringComparison.Ordinal))];

    private static string BackingFileOf(string device)
    {
        try
        {
            return File.ReadAllText(Path.Combine(device, "loop/backing_file"));
        }
        catch (IOException)
        {
            // It has none, or not any more.
            return string.Empty;
        }
    }
}
