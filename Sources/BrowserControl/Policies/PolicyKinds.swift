/// The types of the policies that are set most (Chrome's enterprise policy list). Others are passed on as they are, and
/// Chromium itself tells on chrome://policy what it makes of them.
enum PolicyKinds {
    static let known: [String: PolicyKind] = {
        var kinds: [String: PolicyKind] = [:]
        for (kind, names) in byKind { for name in names { kinds[name] = kind } }
        return kinds
    }()

    private static let byKind: [(PolicyKind, [String])] = [
        (.bool, switches), (.integer, numbers), (.string, texts), (.list, lists), (.dictionary, dictionaries),
    ]

    private static let switches = [
        "AllowDeletingBrowserHistory", "AllowDinosaurEasterEgg", "AllowFileSelectionDialogs",
        "AlternateErrorPagesEnabled",
        "AlwaysOpenPdfExternally", "AudioCaptureAllowed", "AudioSandboxEnabled", "AutofillAddressEnabled",
        "AutofillCreditCardEnabled", "BackgroundModeEnabled", "BlockThirdPartyCookies", "BookmarkBarEnabled",
        "BrowserAddPersonEnabled", "BrowserGuestModeEnabled", "BuiltInDnsClientEnabled", "CloudPrintProxyEnabled",
        "ComponentUpdatesEnabled", "DefaultBrowserSettingEnabled", "DefaultSearchProviderEnabled", "Disable3DAPIs",
        "DisablePrintPreview", "DisableScreenshots", "DNSInterceptionChecksEnabled", "EditBookmarksEnabled",
        "EnableMediaRouter", "ForceEphemeralProfiles", "ForceGoogleSafeSearch", "FullscreenAllowed",
        "HardwareAccelerationModeEnabled", "HideWebStoreIcon", "HomepageIsNewTabPage", "ImportAutofillFormData",
        "ImportBookmarks", "ImportHistory", "ImportSavedPasswords", "IncognitoEnabled", "MetricsReportingEnabled",
        "PasswordLeakDetectionEnabled", "PasswordManagerEnabled", "PaymentMethodQueryEnabled", "PrintingEnabled",
        "PromptForDownloadLocation", "PromotionalTabsEnabled", "QuicAllowed",
        "SafeBrowsingEnabled", "SafeBrowsingExtendedReportingEnabled", "SavingBrowserHistoryDisabled",
        "SearchSuggestEnabled",
        "ShoppingListEnabled", "ShowAppsShortcutInBookmarkBar", "ShowHomeButton", "SigninAllowed",
        "SitePerProcess", "SpellCheckServiceEnabled", "SpellcheckEnabled", "SuppressUnsupportedOSWarning",
        "SyncDisabled",
        "TranslateEnabled", "UrlKeyedAnonymizedDataCollectionEnabled", "VideoCaptureAllowed",
        "WebRtcEventLogCollectionAllowed",
    ]
    private static let numbers = [
        "AdsSettingForIntrusiveAdsSites", "BrowserSignin", "DefaultClipboardSetting", "DefaultCookiesSetting",
        "DefaultGeolocationSetting", "DefaultImagesSetting", "DefaultInsecureContentSetting",
        "DefaultJavaScriptSetting",
        "DefaultLocalFontsSetting", "DefaultNotificationsSetting", "DefaultPopupsSetting", "DefaultSensorsSetting",
        "DefaultWebBluetoothGuardSetting", "DefaultWebUsbGuardSetting", "DiskCacheSize", "DownloadRestrictions",
        "ForceYouTubeRestrict", "IncognitoModeAvailability", "NetworkPredictionOptions", "RestoreOnStartup",
        "SafeBrowsingProtectionLevel",
    ]
    private static let texts = [
        "AllowedDomainsForApps", "ApplicationLocaleValue", "DefaultSearchProviderKeyword", "DefaultSearchProviderName",
        "DefaultSearchProviderNewTabURL", "DefaultSearchProviderSearchURL", "DefaultSearchProviderSuggestURL",
        "DiskCacheDir", "DnsOverHttpsMode", "DnsOverHttpsTemplates", "DownloadDirectory", "HomepageLocation",
        "NewTabPageLocation", "SSLVersionMin",
    ]
    private static let lists = [
        "AllowedLanguages", "AutoSelectCertificateForUrls", "ClipboardAllowedForUrls", "CookiesAllowedForUrls",
        "CookiesBlockedForUrls", "CookiesSessionOnlyForUrls", "ForcedLanguages", "GeolocationAllowedForUrls",
        "ImagesAllowedForUrls", "ImagesBlockedForUrls", "InsecureContentAllowedForUrls", "JavaScriptAllowedForUrls",
        "JavaScriptBlockedForUrls", "ManagedBookmarks", "NotificationsAllowedForUrls", "NotificationsBlockedForUrls",
        "PopupsAllowedForUrls", "PopupsBlockedForUrls", "RestoreOnStartupURLs", "SpellcheckLanguage", "URLAllowlist",
        "URLBlocklist", "VideoCaptureAllowedUrls", "AudioCaptureAllowedUrls",
    ]
    private static let dictionaries = ["PrintingPaperSizeDefault"]
}
