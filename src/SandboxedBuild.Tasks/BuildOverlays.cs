using Microsoft.Build.Framework;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tasks;

/// <summary>
/// The overlays that tasks of this build share. MSBuild keeps them until the build ends; what has not been committed by then is thrown
/// away, so that a build that stops in the middle leaves nothing behind.
/// </summary>
internal static class BuildOverlays
{
    private const string Removal = "SandboxedBuild.Removal";

    public static void Keep(IBuildEngine engine, Overlay overlay) =>
        ((IBuildEngine4)engine).RegisterTaskObject(Key(overlay.Id), new Kept(overlay), RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);

    /// <summary>Throws an overlay away, by the end of the build at the latest.</summary>
    public static void DiscardSoon(IBuildEngine engine, Overlay overlay)
    {
        var services = (IBuildEngine4)engine;
        if (services.GetRegisteredTaskObject(Removal, RegisteredTaskObjectLifetime.Build) is null)
        {
            services.RegisterTaskObject(Removal, new Removing(), RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        }

        overlay.DiscardSoon();
    }

    /// <summary>The overlay with this id: this build's, else one that is held from an earlier one.</summary>
    /// <exception cref="Diagnostics.SandboxException">There is none.</exception>
    public static Overlay Find(IBuildEngine engine, string id, OverlayStore store) =>
        ((IBuildEngine4)engine).GetRegisteredTaskObject(Key(id), RegisteredTaskObjectLifetime.Build) is Kept kept && Directory.Exists(kept.Overlay.Directory)
            ? kept.Overlay
            : Adopt(engine, store.Open(id));

    private static Overlay Adopt(IBuildEngine engine, Overlay overlay)
    {
        if (overlay.IsOwner)
        {
            Keep(engine, overlay);
        }

        return overlay;
    }

    private static string Key(string id) => "SandboxedBuild.Overlay\n" + id;

    private sealed class Removing : IDisposable
    {
        public void Dispose() => Removals.Wait();
    }

    private sealed class Kept(Overlay overlay) : IDisposable
    {
        public Overlay Overlay => overlay;

        public void Dispose()
        {
            // The task that listened is over, and may log no more.
            overlay.Progress = null;
            if (Directory.Exists(overlay.Directory) && !overlay.IsHeld)
            {
                overlay.Discard();
            }

            overlay.Dispose();
        }
    }
}
