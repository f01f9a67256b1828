using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SandboxedBuild.Tool.Tests;

/// <summary>A page in headless Chromium, over its debugging protocol (https://chromedevtools.github.io/devtools-protocol/).</summary>
internal sealed class Browser : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _complaints = [];
    private int _calls;

    private Browser(Process process) => _process = process;

    /// <summary>What the page's console said: errors, and what its policy has refused.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            // What was said before comes before the answer.
            Eval("0");
            return _complaints;
        }
    }

    /// <summary>Opens a page, and waits until its script is done.</summary>
    /// <param name="desk">The browser leaves what it leaves beside the desk's tree.</param>
    /// <param name="page">The file.</param>
    /// <param name="width">Of the window.</param>
    /// <param name="isDark">Whether the system is dark.</param>
    public static Browser Open(Desk desk, string page, int width = 1440, bool isDark = false)
    {
        var program = new[] { "chromium", "chromium-browser", "google-chrome" }.SelectMany(static name => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(directory => Path.Combine(directory, name))).FirstOrDefault(File.Exists);
        if (program is null)
        {
            Assert.Ignore("There is no Chromium here to look at the page with: sudo apt-get install chromium");
        }

        var home = Directory.CreateDirectory(desk.Tree.Beside("chromium"));
        var start = new ProcessStartInfo(program!, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run", "--remote-debugging-port=0", $"--user-data-dir={home.FullName}", $"--window-size={width.ToString(CultureInfo.InvariantCulture)},1000", "about:blank"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = start.Environment["TMPDIR"] = home.FullName;
        var browser = new Browser(Process.Start(start)!);
        try
        {
            browser.Connect(page, isDark).WaitAsync(Limit).GetAwaiter().GetResult();
            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    /// <summary>The value of an expression in the page.</summary>
    public JsonNode? Eval(string expression)
    {
        var result = Call("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true, ["allowUnsafeEvalBlockedByCSP"] = false }).WaitAsync(Limit).GetAwaiter().GetResult();
        Assert.That(result["exceptionDetails"], Is.Null, expression);
        return result["result"]!["value"];
    }

    /// <summary>The text of an expression in the page.</summary>
    public string Text(string expression) => (string?)Eval(expression) ?? string.Empty;

    /// <summary>The number of elements that a selector finds.</summary>
    public int Count(string selector) => (int)Eval($"document.querySelectorAll({JsonValue.Create(selector)!.ToJsonString()}).length")!;

    /// <summary>Clicks on the first element that a selector finds.</summary>
    public Browser Click(string selector)
    {
        Eval($"document.querySelector({JsonValue.Create(selector)!.ToJsonString()}).click()");
        return this;
    }

    /// <summary>Types a text where the focus is.</summary>
    public Browser Type(string text)
    {
        Call("Input.insertText", new() { ["text"] = text }).WaitAsync(Limit).GetAwaiter().GetResult();
        return this;
    }

    /// <summary>Presses keys, as a keyboard does: names as in <c>KeyboardEvent.key</c>.</summary>
    public Browser Press(params string[] keys)
    {
        foreach (var key in keys)
        {
            foreach (var type in new[] { key is "Enter" or { Length: 1 } ? "keyDown" : "rawKeyDown", "keyUp" })
            {
                var code = key switch { "Tab" => 9, "Enter" => 13, "End" => 35, "Home" => 36, "ArrowLeft" => 37, "ArrowUp" => 38, "ArrowRight" => 39, "ArrowDown" => 40, _ => (int)char.ToUpperInvariant(key[0]) };
                JsonObject parameters = new() { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code };
                if (key is "Enter" or { Length: 1 })
                {
                    parameters["text"] = key == "Enter" ? "\r" : key;
                }

                Call("Input.dispatchKeyEvent", parameters).WaitAsync(Limit).GetAwaiter().GetResult();
            }
        }

        return this;
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task Connect(string page, bool isDark)
    {
        const string Announcement = "DevTools listening on ws://";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync().ConfigureAwait(false) ?? throw new IOException("Chromium did not start");
        }
        while (!line.StartsWith(Announcement, StringComparison.Ordinal));

        // Nobody else reads them, and a full pipe would stop it.
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        var targets = await http.GetFromJsonAsync<JsonArray>($"http://{line[Announcement.Length..].Split('/')[0]}/json/list").ConfigureAwait(false);
        var target = targets!.First(static target => (string?)target!["type"] == "page")!;
        await _socket.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!), CancellationToken.None).ConfigureAwait(false);
        await Call("Log.enable", []).ConfigureAwait(false);
        await Call("Runtime.enable", []).ConfigureAwait(false);
        await Call("Page.enable", []).ConfigureAwait(false);
        await Call("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) }).ConfigureAwait(false);
        await Call("Page.navigate", new() { ["url"] = new Uri(page).AbsoluteUri }).ConfigureAwait(false);
        await Call("Runtime.evaluate", new() { ["expression"] = "new Promise(done => { const look = () => document.readyState === 'complete' && location.protocol === 'file:' ? done() : setTimeout(look, 20); look(); })", ["awaitPromise"] = true }).ConfigureAwait(false);
    }

    private async Task<JsonNode> Call(string method, JsonObject parameters)
    {
        var id = ++_calls;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
        while (true)
        {
            var message = JsonNode.Parse(await Receive().ConfigureAwait(false))!;
            if ((int?)message["id"] == id)
            {
                // A navigation throws away what was to be evaluated in the page before.
                return message["error"] is { } error && method == "Runtime.evaluate" && error.ToJsonString().Contains("context", StringComparison.Ordinal) ? await Call(method, (JsonObject)parameters.DeepClone()).ConfigureAwait(false)
                    : message["result"] ?? throw new IOException($"{method}: {message["error"]}");
            }

            switch ((string?)message["method"])
            {
                case "Log.entryAdded":
                    _complaints.Add((string)message["params"]!["entry"]!["text"]!);
                    break;
                case "Runtime.exceptionThrown":
                    _complaints.Add(message["params"]!["exceptionDetails"]!.ToJsonString());
                    break;
            }
        }
    }

    private async Task<string> Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return Encoding.UTF8.GetString(message.ToArray());
    }
}
