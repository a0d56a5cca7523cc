"""Names the invented people are drawn from, roughly the commonest first."""


def _words(text: str) -> list[str]:
    return text.split()


ALBANIAN_GIVEN = _words(
    """
    Arben Maria Agim Fatmir Elena Ilir Petrit Artan Altin Bashkim Mimoza Vjollca Drita Fatmire Valbona Arta Besnik
    Bujar Gëzim Astrit Agron Luan Lindita Shpresa Flutura Ermira Besa Zamira Lule Luljeta Teuta Majlinda Mirela
    Violeta Albana Anila Edlira Entela Elona Ornela Gentian Ardian Dritan Ermal Ervin Klodian Julian Olsi Erion Elton
    Alban Albert Andi Edmond Eduard Endri Enkeleda Enea Fation Florian Genti Gjergj Gjon Indrit Jetmir Ledian Lulzim
    Migena Nertila Odeta Orges Pranvera Rezarta Rudina Saimir Skënder Shkëlqim Sokol Spartak Suela Taulant Valentina
    Xhevahire Xhemal Ylli Zana Afërdita Aida Alketa Alma Amarildo Anisa Arjan Arlind Armand Armando Arsen Aurela Avni
    Bardhyl Blerim Blerina Blerta Brikena Brunilda Çlirim Dafina Dallandyshe Daniela Denisa Diana Diellza Donika
    Driton Dhimitër Dhurata Eda Edona Eglantina Elda Elira Eljona Emirjona Enver Eralda Esmeralda Fatbardha Fatjon
    Fatos Ferit Festim Filloreta Fitore Flamur Flora Florije Florim Gazmend Genc Gentiana Gjyste Gjylsime Hajredin
    Hajrije Hamdi Hasan Hatixhe Hysen Hysnije Hyrije Ibrahim Ikbale Iliriana Imer Ina Irena Ismail Jehona Jeta Jonida
    Jonila Kastriot Kaltrina Klajdi Klea Kostandin Kreshnik Kristina Kujtim Laureta Leonora Leonard Liridon Liridona
    Liri Luigj Manjola Marjana Marsela Mehmet Mentor Merita Mihal Mondi Muhamet Musa Myrvete Naim Nazmije Ndriçim Ndue
    Nexhat Nexhmije Nikoll Nora Osman Pal Pashk Pëllumb Perparim Petraq Prenda Prend Qamil Qemal Qëndresa Rajmonda
    Ramazan Ramiz Rexhep Rifat Rita Rovena Rrezarta Rrok Rustem Sabri Sadete Sadije Sami Sanije Selami Selvije Servet
    Silvana Shefqet Shpëtim Shqipe Sotir Spiro Sulejman Sheribane Tefik Tringa Thanas Vangjel Valmira Valon Vasil
    Vehbi
    Vera Veton Violanda Vjosa Xhafer Xhelal Xhevat Xhevdet Xheni Xhenisa Xhorxhina Xhulia Yllka Ylberina Ymer Yzeir
    Zef Zenel Zenepe Zyhra Zylfije Zydi Zhaneta Zhuljeta Marjeta Liljana Aleksandra Anxhela Andrea Erisa Griselda
    Jozefina Kejsi Kristjan Lorena Megi Paula Sara Sindi Sabina Vilma Elvira Ema Evis Fjoralba Fiqirete Hava Hënë
    Nurije
    """
)
ROMA_GIVEN = _words(
    """
    Bajram Ramadan Fatime Shaban Selim Mustafa Esma Rexhep Demir Sanije Hasan Ajshe Sabaudin Sevdail Sherif Orhan Emin
    Muharrem Ajet Ferdi Gjuljeta Zumbyle Sebahate Hanife Xhemile Gjylten Shahe Shukrije Remzije Bukurije Zyhra Nazmi
    Sadik Elmaz Ali Afrim Alije Asan Behare Bahtije Bekim Dilfiraz Dilaver Elvis Emina Ennur Enisa Fadil Fazli Ferida
    Gani Gylizar Gjulsher Hajrush Hamit Idriz Ismet Jashar Kadrije Kasem Kimete Latif Luan Marita Mejreme Memet
    Mirvete
    Muhamed Naile Nazife Nexhip Nezir Nuri Nurije Qazim Rahime Rakip Rasim Refik Redzep Sabrije Safet Salih Samir
    Sejdi Selvi Senada Seniha Sevgjan Suzana Sylejman Shenaj Shefki Tahir Tefike Turkan Tush Vaxhit Vezire Xhevrije
    Xhezair Zaim Zarife Zejna Zejnepe Zekir Zija Zulfi Zylbeare Rukije Rubina Ramize Mevlude Lirije Kjani Hysnije
    Fetije
    """
)
SERBIAN_GIVEN = _words(
    """
    Dragan Milica Jelena Marija Ivana Milan Zoran Aleksandar Goran Snežana Gordana Nikola Vesna Ljiljana Miloš Dejan
    Slobodan Miroslav Jovan Stefan Marko Dragana Ana Petar Slavica Vladimir Nenad Dušan Branislav Željko Saša Igor
    Ivan
    Mirjana Katarina Tanja Jovana Nataša Biljana Sanja Danijela Svetlana Olivera Bojan Radmila Đorđe Dalibor Darko
    Predrag Ratko Srđan Tijana Tamara Višnja Vuk Živko Božidar Čedomir Dragica Ljubiša Milena Nebojša Slađana
    Aleksandra
    Anđela Anđelka Bogdan Boris Borislav Boško Bratislav Budimir Cveta Dobrila Dragiša Dragoljub Dragoslav Dubravka
    Filip Goca Gorica Ilija Jasmina Jasna Kosta Kristina Lazar Lidija Luka Ljubica Ljubinka Maja Mihajlo Milanka
    Milivoje
    Milka Milorad Milosav Milovan Milutin Mladen Momčilo Nada Nadežda Nevena Novak Obrad Ognjen Olga Pavle Rada Radica
    Radivoje Radojka Radoslav Rade Ružica Senka Siniša Sofija Sonja Spasoje Stana Stanislava Stevan Stojan Strahinja
    Suzana Svetozar Teodora Todor Tomislav Uroš Vasilije Velibor Veljko Vera Verica Vidosava Vladan Vladislav Vojislav
    Vukašin Zdravko Zlatko Zlata Zorica Žarko Živojin Živorad Života Đurđica Đurđa Čeda Šćepan Ćira Ljubomir Njegoš
    Emir
    """
)
ALBANIAN_SURNAMES = _words(
    """
    Hoxha Krasniqi Gashi Berisha Shehu Prifti Dervishi Morina Shala Bytyqi Hasani Kastrati Kryeziu Rexhepi Hoti Kola
    Gjoka Marku Leka Hysa Mema Çela Dema Muça Meta Xhafa Bajrami Zeneli Rama Shkurti Lleshi Ndreka Përgega Gjini Doda
    Pjetri Toska Basha Kurti Haxhiu Thaçi Veseli Zogaj Llapashtica Gjonaj Markaj Ndoj Vukaj Dedaj Lekaj Prençi Çoba
    Xhaferi Xhelili Xhaka Nuhiu Qosja Qerimi Qafzezi Gjata Mëhilli Shqau Shtylla Shaqiri Spahiu Hyseni Ymeri Yzeiri
    Zhupa Zhegrova Dhima Dhamo Thanasi Llukani Rrapi Rrushi Njazi Frashëri Bushati Vrioni Toptani Kadare Agolli Pashko
    Zaimi Bregu Dollani Elezi Fishta Gurakuqi Hajdini Islami Jakupi Kaçi Lamçe Musaraj Nallbani Osmani Papajani Qyra
    Ruçi Sulejmani Tafaj Uka Vathi Xhumari Ylli Zyberi Alushi Balliu Cara Duka Ahmeti Alia Aliaj Avdiu Beqiri Beqaj
    Bega Bardhi Bala Braho Brahimi Bici Cani Cenaj Ceka Dajçi Daka Dauti Dibra Dine Dyrmishi Elmazi Emini Fejzo Fejza
    Ferati Gega Gjeçi Gjergji Gjika Gjoni Goga Grabova Guri Gjeta Halili Haliti Hamzaj Haruni Hila Hodo Hitaj Ibrahimi
    Idrizi Imeri Isufi Isufaj Ismaili Jashari Jonuzi Kaja Kapllani Karaj Kasa Kasmi Koçi Koçiu Kodra Kondi Konomi
    Kosova
    Kotorri Kraja Kuçi Kuka Lako Laci Lama Lika Limani Loshi Luku Lufi Llaftiu Malaj Malo Mala Mali Maliqi Mance Mara
    Mato Mehmeti Metaj Metani Mile Mino Mitro Molla Mustafaj Mustafa Muka Murati Musliu Myftari Ndoja Ndou Ndrio Nika
    Nikolla Nela Nuredini Pali Papa Papadhimitri Pepa Peqini Perndoja Petani Pici Plaku Poda Preka Prela Preni Pupe
    Qehajaj Qirjazi Qoku Ramaj Rakipi Rapaj Reçi Roshi Ruka Sadiku Salillari Sejdini Seferi Selimi Selmani Sinani
    Sinaj
    Sina Skënderi Smaka Sota Stafa Stafaj Sula Sulaj Shabani Shahini Shano Shllaku Shkoza Shyti Tabaku Taga Tahiri
    Tola
    Topalli Topi Troka Troci Tusha Turdiu Veliu Velaj Vladi Vata Voka Xhani Xhindi Xhixha Xhuvani Zeqiri Zeqo Zefi
    Zela
    Zotaj Zere Zika Zhuri Zhabjaku Zagani
    """
)
ROMA_SURNAMES = _words(
    """
    Bajrami Demiri Mustafa Shabani Selimi Hasani Rustemi Kasemi Memeti Osmani Saliu Ramadani Durmishi Gaxheri
    Llakatosh
    Kovaçi Xhambazi Çergari Mehmeti Alimi Ajdari Sejdini Zekiri Bekiri Jashari Dervishi Hyseini Toski Beganaj
    Demirovski
    Ajeti Amzai Asani Berisha Destani Dulaj Emini Fazliu Feta Gashi Ibishi Iseni Kamberi Kurteshi Maliqi Meta
    Muharremi
    Neziri Qazimi Rama Redzepi Sabriu Salihi Sinani Skenderi Sulejmani Tairi Taipi Veseli Xhemaili Zumeri Bilalli Cana
    Çuni Dauti Elezi Hajdari Hajrizi Idrizi Karaj Krosi Kurti Limani Lleshi Murati Musa Përvizi Rexhepi Sefa Sherifi
    """
)
SERBIAN_SURNAMES = _words(
    """
    Jovanović Petrović Nikolić Marković Đorđević Stojanović Ilić Stanković Pavlović Milošević Živković Đurić Popović
    Tomić Janković Kostić Radovanović Savić Mitrović Stefanović Lazić Lukić Simić Todorović Milić Vasić Filipović
    Krstić
    Ristić Bošković Šarić Žigić Čolić Ćirić Vučić Radosavljević Jocić Hadžić Hodžić Matić Perić Babić Božić Cvetković
    Anđelković Antić Arsić Bogdanović Dimitrijević Đukić Dragović Gajić Grujić Ivković Jevtić Jakšić Kovačević Lekić
    Maksimović Mihajlović Miljković Mladenović Nedeljković Nešić Obradović Pantić Pešić Rakić Rašić Spasić Stamenković
    Stevanović Stošić Šešelj Tasić Trajković Urošević Veljković Vidić Vuković Zdravković Žarković Čabarkapa Ćosić
    Ljubičić Njegić Radulović Vukčević Knežević Đukanović Vujošević Mirković Kaluđerović Perović Raičević Šćepanović
    """
)
# How the tail of rarer names is made: modern Albanian names are put together, surnames come from forefathers.
MODERN_BEGINNINGS = _words(
    """
    Er El Al Ar An Kl Fl Gl Kr Den Ger Ren Jon Mar Mir Ver Lor Sar Ben Fat Ard Eng End Esm Ind Bler Den Dor Or Am Or
    Em Ed En Ev Iv Jul Kas Lul Nert Norb Rig Rom Ros Rud Sem Sid Sim Val Vil Xhes Xhon Xhul Aur Alb Ams Ern Fid Leo
    Lir
    """
)
MODERN_ENDINGS = _words(
    """
    jon jona ald alda ind inda iola ion isa ida ilda ona ora ena eta eda ion iona ent enta ian iana jan jana ton tona
    ela el mela vis vin vina son onda jeta ger gerta iton itona id ina ita as asa iol is ikel onis jeta
    """
)
FOREFATHER_ENDINGS = ("aj", "i", "u", "a", "llari", "ani", "o", "ollari")
SERBIAN_STEMS = _words(
    """
    Rad Mil Vuk Stan Pav Bog Drag Živ Kost Ant Laz Jov Petr Nik Mark Đor Stoj Il Sim Tod Mit Vas Fil Krst Rist Sav Luk
    Stev Tom Jank Per Bož Cvet Anđ Dim Đuk Gaj Gruj Iv Jevt Jakš Kovač Lek Maks Mih Miljk Mlad Nedelj Neš Obrad Pant
    Peš Rak Raš Spas Stam Taš Traj Uroš Velj Vid Zdrav Žark Čab Ćos Ljub Njeg Raj Vujoš Knež Šćep Kal Mijat Blag Bran
    Bud Dam Dan Dobr Gav Glig Golub Gvoz Jel Jos Joks Kuz Mat Mar Novak Ostoj Prodan Rank Sret Star Trif Ves Vit Zor
    """
)
SERBIAN_ENDINGS = ("ović", "ević", "ić", "inović", "anović", "ojević", "ković", "ojić", "ičić", "ašević", "isavljević")
STEMS = _words(
    """
    Al Ba Be Bra Cu Da De Dra Du Fe Ga Gjo Ha Ho Hu Ja Ka Ke Kra Ku La Li Lu Ma Me Mu Na Ne Nu Pa Pe
    Pre Qa Ra Re Ro Sa Sha She Shku Sta Ta To Tri Va Ve Vra Xha Xhe Ya Za Ze Zo Zhu Ça Çe Dha The
    Lla Rra Nja Stra Spa Mbi Ndre
    """
)
MIDDLES = _words(
    """
    la ra mi na sha shi ka ku le li lo me ne ri ro si ta ti va xhi zi be da de do du fi ga gji lla
    lle mba nda rri qi vo
    """
)
ENDS = _words(
    """
    j ku shi ni ri ti aj i u a ra la li xhi qi ku oni ushi eci ani agu eti iqi asi ova ari uli ma ta
    na shta llari nji ça
    """
)
SHORT_FORMS = {
    "Arben": "Beni", "Fatmir": "Miri", "Bashkim": "Kimi", "Fatmire": "Mirja", "Edmond": "Mondi", "Eduard": "Edi",
    "Albert": "Berti", "Gëzim": "Zimi", "Aleksandar": "Saša", "Aleksandra": "Sandra", "Katarina": "Kaća",
    "Gordana": "Goca", "Slobodan": "Boban", "Milica": "Mica", "Jelena": "Jeca", "Ljiljana": "Ljilja",
    "Svetlana": "Ceca", "Dragan": "Gagi", "Vladimir": "Vlada", "Nikola": "Nidžo", "Miroslav": "Miki",
    "Mustafa": "Mujo", "Ramadan": "Dani", "Bajram": "Bako", "Hasan": "Haso", "Muhamet": "Meti", "Ibrahim": "Brahim",
    "Sulejman": "Sulo", "Dhimitër": "Mitro", "Kostandin": "Koço", "Vangjel": "Vangjo", "Thanas": "Nasi",
    "Gjergj": "Gjeka", "Valentina": "Tina", "Kristina": "Tina", "Mirela": "Ela", "Ermira": "Mira", "Zamira": "Mira",
    "Elena": "Lena", "Majlinda": "Linda", "Lindita": "Dita", "Liljana": "Lili", "Violeta": "Leta", "Mimoza": "Moza",
    "Vjollca": "Vjoli", "Shpresa": "Presa", "Luljeta": "Leta", "Enkeleda": "Keda", "Esmeralda": "Alda",
}  # fmt: skip
